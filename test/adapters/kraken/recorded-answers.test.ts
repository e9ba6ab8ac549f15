/** Answers of the real exchange, recorded by others, where the folder with them is at hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { placeOutcome } from '../../../functions/core/answer.ts';
import { readAnswer } from '../../../functions/adapters/kraken/envelope.ts';
import { foundOrder } from '../../../functions/adapters/kraken/found-order.ts';
import { readPairs } from '../../../functions/adapters/kraken/pairs.ts';
import * as wire from '../../../functions/adapters/kraken/wire.ts';
import { resultOf } from '../../../functions/core/exchange-error.ts';

const FOLDER = new URL('../../../../shared/fixtures/kraken-wire/', import.meta.url);
const present = existsSync(FOLDER);
if (!present) console.log('recorded answers of Kraken are not at hand; their tests do not run');

const record = <Row extends v.GenericSchema>(row: Row) => v.record(v.string(), row);
const candles = record(v.union([v.array(wire.candle), v.string()]));
const SCHEMAS: Readonly<Record<string, v.GenericSchema>> = {
  '/0/public/SystemStatus': wire.systemStatus,
  '/0/public/Assets': record(wire.asset),
  '/0/public/AssetPairs': record(wire.assetPair),
  '/0/public/Ticker': record(wire.ticker),
  '/0/public/OHLC': candles,
  '/0/public/Depth': record(wire.depth),
  '/0/private/QueryOrders': wire.orders,
  '/0/private/OpenOrders': wire.openOrders,
  '/0/private/ClosedOrders': wire.closedOrders,
  '/0/private/TradesHistory': wire.trades,
  '/0/private/CancelOrder': wire.cancelled,
  '/0/private/CancelAll': wire.cancelled,
  '/0/private/Balance': wire.balances,
  '/0/private/BalanceEx': wire.extendedBalances,
  '/0/private/OpenPositions': wire.positions,
  '/0/private/GetApiKeyInfo': wire.apiKeyInfo,
};

interface Recorded {
  readonly path: string;
  readonly response: unknown;
}

const recorded = (present ? readdirSync(FOLDER) : [])
  .filter((name) => name.startsWith('endp-spot-'))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Recorded);

/** As the client reads it. */
function answerIn({ path, response }: Recorded) {
  const reply = { kind: 'answered', text: JSON.stringify(response) } as const;
  return readAnswer(reply, { path, numbers: 'exact' });
}

function resultIn(answer: Recorded): unknown {
  return resultOf(answerIn(answer), answer.path);
}

describe.runIf(present)('a recorded answer', () => {
  const used = recorded.filter(({ path }) => path in SCHEMAS);

  test('is there for every endpoint that has a shape', () => {
    const paths = new Set(used.map(({ path }) => path));
    expect(Object.keys(SCHEMAS).filter((path) => !paths.has(path))).toEqual([]);
  });

  test.each(used)('of $path is read', (answer) => {
    const schema = SCHEMAS[answer.path];
    expect(schema && wire.read(schema, resultIn(answer), answer.path)).toBeDefined();
  });

  test('of AddOrder is an order that was placed', () => {
    const answers = recorded.filter(({ path }) => path === '/0/private/AddOrder');
    expect(answers.map((answer) => placeOutcome(answerIn(answer), false))).toMatchObject([
      { kind: 'placed', exchangeOrderId: 'OUF4EM-FRGI2-MQMWZD' },
    ]);
  });

  test('of orders is read with every term that it shows', () => {
    const found = recorded
      .filter(({ path }) => /(?:Open|Query|Closed)Orders$/.test(path))
      .flatMap((answer) => {
        const schema = SCHEMAS[answer.path] as v.GenericSchema;
        const read = wire.read(schema, resultIn(answer), answer.path) as Record<string, object>;
        const orders = (read['open'] ?? read['closed'] ?? read) as Record<string, wire.WireOrder>;
        return Object.entries(orders).map(foundOrder([]));
      });
    const of = (type: string) => found.filter((order) => order.type === type);
    expect(of('trailing-stop')).toMatchObject([{ side: 'sell', distance: '+1.0000%' }]);
    expect(of('trailing-stop')[0]).not.toHaveProperty('price');
    expect(of('stop-loss-limit').map(({ trigger }) => trigger)).toContain('index');
    expect(of('limit').map(({ leverage }) => leverage?.toFixed())).toContain('5');
    expect(of('market').every((order) => !('price' in order) && !('price2' in order))).toBe(true);
    expect(found.every(({ flags, closes }) => flags !== undefined && closes === undefined)).toBe(
      true,
    );
  });

  test('of AssetPairs and Assets makes a table of pairs', () => {
    const of = (path: string) =>
      resultIn(used.find((answer) => answer.path === path) as Recorded) as Record<string, unknown>;
    const pairs = readPairs(of('/0/public/AssetPairs'), of('/0/public/Assets'));
    expect(pairs.map(({ name }) => name).sort()).toEqual(['BTC/USD', 'ETH/BTC']);
  });
});
