/** The item of the market snapshot behind the product's own adapter, for one process at a time. */
import { PutCommand, type GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { dynamoMarketSnapshots } from '../../functions/adapters/dynamo/market-snapshots.ts';
import type { Clock, MarketSnapshots } from '../../functions/core/ports.ts';
import type { Process, Surroundings } from './process.ts';

/** The one item. */
export class SnapshotTable {
  readonly #around: Surroundings;
  #item: Record<string, unknown> | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Snapshots as a warm function keeps them. */
  portFor(running: () => Process, clock: Clock): MarketSnapshots {
    const send = (command: PutCommand | GetCommand): Promise<unknown> => {
      const item = command instanceof PutCommand ? command.input.Item : undefined;
      const port = item === undefined ? 'snapshots.read' : 'snapshots.write';
      return running().call({ port, effect: () => this.#reach(item) });
    };
    const client = { send } as unknown as Table['client'];
    return dynamoMarketSnapshots({ client, name: 'simulated' }, clock);
  }

  #reach(item: Record<string, unknown> | undefined): { Item: typeof item } {
    const { faults } = this.#around;
    if (faults.lasts('store away') || faults.strikes('market snapshot unreadable')) {
      throw new Error('the store is away');
    }
    this.#item = item ?? this.#item;
    return { Item: this.#item };
  }
}
