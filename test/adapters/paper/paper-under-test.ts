/** The paper exchange over an embedded DynamoDB and the public side of the embedded Kraken. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { krakenMarketData } from '../../../functions/adapters/kraken/market-data.ts';
import { paperExchange } from '../../../functions/adapters/paper/paper-exchange.ts';
import { krakenPaperPrices } from '../../../functions/adapters/paper/paper-prices.ts';
import {
  dynamoPaperStore,
  type PaperStore,
} from '../../../functions/adapters/paper/paper-store.ts';
import { openingBook } from '../../../functions/core/paper/paper-book.ts';
import type { Exchange, PlaceOutcome } from '../../../functions/core/ports.ts';
import { createTable } from '../../../infra/local/cloud/cloud.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';
import { startKraken } from '../../../infra/local/kraken/server.ts';
import { fakeClock } from '../../fakes/clock.ts';
import type { Abilities, Make } from '../kraken/exchange-under-test.ts';

/** What may go wrong with the first write of an order, or with everything. */
export type PaperTrouble = 'write lost' | 'answer lost' | 'no prices' | 'away';

/** A paper account with 100,000 USD and 1 BTC, at 50,000 USD. */
export async function paperWorld(trouble?: PaperTrouble) {
  const clock = fakeClock();
  const kraken = await startKraken({ port: 0, clock, accounts: [] });
  kraken.control.setPrice('BTC/USD', '50000');
  const dynamo = await startDynamo();
  const raw = new DynamoDBClient({ ...localClient(dynamo.url), maxAttempts: 1 });
  const table: Table = {
    name: `paper-${randomUUID()}`,
    client: DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true } }),
  };
  await createTable(raw, table.name);
  const book = openingBook({ paper: { funds: { USD: '100000', BTC: '1' } } });
  const kept = dynamoPaperStore(table, 'main', book);
  const market = krakenMarketData({ url: kraken.url, clock });
  const prices = krakenPaperPrices({ url: kraken.url, market, clock });
  const store = troubled(kept, trouble);
  const make = (half: 'trade' | 'query') =>
    paperExchange({ account: 'main', half, store, prices, clock });
  let copies = 0;
  const exchange: Exchange = {
    ...make('trade'),
    async place(...asked): Promise<PlaceOutcome> {
      const outcome = await make('trade').place(...asked);
      if (outcome.kind !== 'never-sent') copies += 1;
      return outcome;
    },
  };
  let nonce = 0;
  if (trouble === 'no prices' || trouble === 'away') await kraken.close();
  if (trouble === 'away') await dynamo.close();
  return {
    ...{ exchange, query: make('query'), market, clock, kraken, table, store: kept, prices },
    nowMs: () => clock.nowMs(),
    nextNonce: () => String((nonce += 1)),
    copies: () => copies,
    async close() {
      raw.destroy();
      market.close();
      prices.close();
      if (trouble !== 'no prices' && trouble !== 'away') await kraken.close();
      if (trouble !== 'away') await dynamo.close();
    },
  };
}

/** The first write of an order fails, before or after it reached the table. */
function troubled(store: PaperStore, trouble: PaperTrouble | undefined): PaperStore {
  let isFirst = trouble === 'write lost' || trouble === 'answer lost';
  return {
    ...store,
    async write(was, change) {
      if (!isFirst || change.opened === undefined) return store.write(was, change);
      isFirst = false;
      if (trouble === 'answer lost') await store.write(was, change);
      throw new Error('socket hang up');
    },
  };
}

const make =
  (trouble?: PaperTrouble): Make =>
  () =>
    paperWorld(trouble);

/** The paper exchange, as the contract wants it. */
export const ON_PAPER: Abilities = {
  make: make(),
  away: make('away'),
  hasMoney: true,
  checksOrders: true,
  unclear: [
    { name: 'gets lost on its way to the table', isPlaced: false, make: make('write lost') },
    { name: 'is written, and whose answer gets lost', isPlaced: true, make: make('answer lost') },
  ],
  neverSent: [{ name: 'finds no prices', isPlaced: false, make: make('no prices') }],
};
