/** Fresh tables for the contracts, and tables whose answers get lost or that are busy. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { createTable } from '../../../infra/local/cloud/cloud.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';

/** A DynamoDB with as many tables as are wanted. */
export interface Tables {
  fresh(): Promise<Table>;
  close(): void;
}

/** Tables of the DynamoDB at this address. */
export function tablesAt(endpoint: string): Tables {
  const raw = new DynamoDBClient(localClient(endpoint));
  const marshallOptions = { removeUndefinedValues: true };
  const client = DynamoDBDocumentClient.from(raw, { marshallOptions });
  return {
    async fresh() {
      const name = `store-${randomUUID()}`;
      await createTable(raw, name);
      return { client, name };
    },
    close: () => raw.destroy(),
  };
}

/** What happens to a command on its way. */
type Way = (name: string, send: () => Promise<unknown>) => Promise<unknown>;

/** The same table by a line on which things happen. */
export function tableOver({ client, name }: Table, way: Way): Table {
  const send = (command: object): Promise<unknown> =>
    way(command.constructor.name, () => client.send(command as never));
  const over: unknown = { send };
  return { client: over as Table['client'], name };
}

const WRITES = ['UpdateCommand', 'PutCommand', 'TransactWriteCommand'];

/** Every write arrives, its acknowledgement does not, and it is sent again. */
export const acknowledgedLate: Way = async (name, send) => {
  if (WRITES.includes(name)) await send();
  return send();
};

/** The error of a transaction that met another one, or that the table had no room for. */
export function cancelled(...codes: readonly string[]): Error {
  const error = new Error(`Transaction cancelled [${codes.join(', ')}]`);
  const CancellationReasons = codes.map((Code) => ({ Code }));
  return Object.assign(error, { name: 'TransactionCanceledException', CancellationReasons });
}

/** The first transactions end like this, each before it has an effect. */
export function troubled(...errors: Error[]): Way {
  return async (name, send) => {
    const error = name === 'TransactWriteCommand' ? errors.shift() : undefined;
    if (error !== undefined) throw error;
    return send();
  };
}
