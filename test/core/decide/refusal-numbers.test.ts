/** The figures that a refusal was made with: they stand in the notice and in `why`. */
import { describe, expect, it } from 'vitest';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { pairTable } from '../../../functions/core/market/pair-table.ts';
import type { RefusalCode } from '../../../functions/core/refusal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { decisionInput, PAIRS, type Given } from '../market-fixture.ts';

const DAY_MS = 86_400_000;
const LEVERAGE = { leverageBuy: [2, 3], leverageSell: [2] };
const MARGIN = { pairs: pairTable(PAIRS.map((pair) => ({ ...pair, ...LEVERAGE }))) };
const stop = (price: string): Partial<Signal> => ({ type: 'stop-loss', action: 'sell', price });
const iceberg = (displayVolume: string): Partial<Signal> => ({
  ...{ type: 'iceberg', price: '49000', displayVolume, size: { unit: 'base', amount: '0.15' } },
});
const FROM_MESSAGE = { kind: 'signal' } as const;

describe('the numbers of a refusal', () => {
  it.each<[RefusalCode, string, Given, object]>([
    [
      'side-not-allowed',
      'a side beside the list',
      { rails: { sides: ['sell'] } },
      { side: 'buy', sides: 'sell' },
    ],
    [
      'type-not-allowed',
      'a type beside the list',
      { rails: { types: ['limit', 'iceberg'] } },
      { type: 'market', types: 'limit, iceberg' },
    ],
    [
      'too-many-open-orders',
      'one order more than may be open',
      {
        rails: { maxOpenOrders: 5 },
        signal: { type: 'limit', price: '49000' },
        input: { openOrders: 5 },
      },
      { open: '5', maxOpenOrders: '5' },
    ],
    [
      'pair-not-trading',
      'Kraken that is closed',
      { input: { mode: 'maintenance' } },
      { mode: 'maintenance', status: 'online' },
    ],
    [
      'bad-price',
      'a trigger that is passed',
      { signal: stop('50001') },
      { price: '50001', last: '50000' },
    ],
    [
      'bad-price',
      'a stop on the wrong side of a size by risk',
      { size: { kind: 'risk', percent: '1' }, signal: { riskStop: '51000' } },
      { riskStop: '51000', entry: '50000.1' },
    ],
    [
      'not-supported',
      'leverage that the pair does not have',
      { signal: { leverage: '5' }, input: MARGIN },
      { leverage: '5', allowed: '2, 3' },
    ],
    [
      'not-supported',
      'leverage past a limit that cannot see it',
      { signal: { leverage: '2' }, input: MARGIN, rails: { maxPosition: '900 USD' } },
      { leverage: '2' },
    ],
    [
      'bad-size',
      'an iceberg that shows too little',
      { size: FROM_MESSAGE, signal: iceberg('0.0099') },
      { displayVolume: '0.0099', volume: '0.15', minimum: '0.01' },
    ],
    [
      'bad-size',
      'an iceberg that shows all',
      { size: FROM_MESSAGE, signal: iceberg('0.15') },
      { displayVolume: '0.15', volume: '0.15', minimum: '0.01' },
    ],
    [
      'insufficient-funds',
      'a share of nothing that is free',
      { size: { kind: 'available', percent: '50' }, balances: { BTC: '1' } },
      { available: '0' },
    ],
    [
      'insufficient-funds',
      'a share of nothing that is held',
      { size: { kind: 'position', percent: '50' }, balances: { USD: '1' } },
      { held: '0' },
    ],
    [
      'insufficient-funds',
      'a sale of more than is free',
      { size: { kind: 'base', amount: '0.5' }, signal: { action: 'sell' } },
      { available: '0.1', needed: '0.5', wouldPass: '0.1' },
    ],
    [
      'bad-field',
      'an end that is too near',
      { signal: { type: 'limit', price: '49000', expireAtMs: 9_000 } },
      { expire: '1970-01-01T00:00:09Z' },
    ],
    [
      'bad-field',
      'an end that is too far',
      { signal: { type: 'limit', price: '49000', expireAtMs: 29 * DAY_MS } },
      { expire: '1970-01-30T00:00:00Z' },
    ],
    [
      'bad-field',
      'a start that is too far',
      { signal: { startAtMs: 29 * DAY_MS } },
      { start: '1970-01-30T00:00:00Z' },
    ],
  ])('%s: %s', (code, _what, given, numbers) => {
    const decided = decideOrder(decisionInput(given));
    expect(decided.ok ? undefined : decided.error.code).toBe(code);
    expect(decided.ok ? undefined : decided.error.numbers).toStrictEqual(numbers);
  });
});
