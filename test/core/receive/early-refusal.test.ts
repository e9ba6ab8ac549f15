import { describe, expect, it } from 'vitest';
import type { Account, Rails, Size } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { earlyRefusal } from '../../../functions/core/receive/early-refusal.ts';
import type { Refusal } from '../../../functions/core/refusal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { harness } from '../../functions/receive-signal/harness.ts';

const { config, clock } = harness();
const nowMs = clock.nowMs();
const MINUTE_MS = 60_000;

interface Given {
  readonly signal?: Partial<Signal>;
  readonly size?: Size;
  readonly rails?: Rails | 'none';
  readonly ageMs?: number;
  readonly pairs?: 'none';
  readonly costMin?: string;
  readonly roundUpWithin?: string;
}

function refusalOf(given: Given): Refusal | undefined {
  const bare: Account = { exchange: 'kraken-spot', mode: 'live' };
  const rails = given.rails ?? { pairs: ['BTC/USD'], maxOrder: '500 USD' };
  const source = config.sources['btc-trend'] ?? expect.unreachable();
  const base: Signal = {
    ...{ id: 'a', source: 'btc-trend', sentAtMs: nowMs, symbol: 'KRAKEN:XBTUSD' },
    ...{ action: 'buy', type: 'market' },
  };
  const pair = { ...BTC_USD, costMin: decimal(given.costMin ?? '0.5') };
  return earlyRefusal({
    signal: { ...base, ...given.signal },
    source: {
      ...{ ...source, size: given.size ?? { kind: 'signal' } },
      ...(given.roundUpWithin === undefined ? {} : { roundUpWithin: given.roundUpWithin }),
    },
    account: rails === 'none' ? bare : { ...bare, rails },
    accountName: 'main',
    nowMs,
    market: {
      atMs: nowMs - (given.ageMs ?? 0),
      pairs: given.pairs === 'none' ? [] : [pair],
      last: new Map([['BTC/USD', decimal('100000')]]),
    },
  });
}

const base = (amount: string) => ({ size: { unit: 'base', amount } as const });
const usd = (amount: string) => ({ size: { unit: 'quote', amount, currency: 'USD' } as const });

describe('an early refusal', () => {
  it.each<[string, Given, string | undefined]>([
    ['nothing wrong', { signal: base('0.001') }, undefined],
    [
      'a settlement, whose value is what it had cost',
      { signal: { ...base('1'), type: 'settle-position', leverage: '2' } },
      undefined,
    ],
    ['a foreign chart', { signal: { symbol: 'COINBASE:BTCUSD' } }, 'foreign-chart'],
    ['a mapped chart', { signal: { symbol: 'BINANCE:BTCUSDT' } }, undefined],
    ['a pair beside the rails', { rails: { pairs: [] } }, 'pair-not-allowed'],
    [
      'a side beside the rails',
      { rails: { pairs: ['BTC/USD'], sides: ['sell'] }, signal: base('0.001') },
      'side-not-allowed',
    ],
    [
      'a type beside the rails',
      { rails: { pairs: ['BTC/USD'], types: ['limit'] }, signal: base('0.001') },
      'type-not-allowed',
    ],
    [
      'a type beside the rails, to leave',
      {
        rails: { pairs: ['BTC/USD'], sides: ['buy'], types: ['limit'] },
        signal: { ...base('0.001'), action: 'sell', marketPosition: 'flat' },
      },
      undefined,
    ],
    [
      'a target that may only leave, on a side beside the rails',
      {
        rails: { pairs: ['BTC/USD'], sides: ['buy'], types: ['limit'] },
        signal: { action: 'sell', target: { position: 'short', prev: { position: 'long' } } },
      },
      undefined,
    ],
    [
      'a target that may only leave, where the size that opens is above the rails',
      { size: { kind: 'base', amount: '1' }, signal: { target: { position: 'long', size: '1' } } },
      undefined,
    ],
    [
      'a target on a pair beside the rails',
      { rails: { pairs: [] }, signal: { target: { position: 'flat' } } },
      'pair-not-allowed',
    ],
    ['an unknown symbol', { signal: { symbol: 'ETHUSD' } }, 'pair-not-allowed'],
    ['an unknown symbol without rails', { signal: { symbol: 'ETHUSD' }, rails: 'none' }, undefined],
    ['a snapshot without the pairs of the rails', { pairs: 'none' }, undefined],
    ['a volume below the minimum', { signal: base('0.00009') }, 'too-small'],
    ['a volume at the minimum', { signal: base('0.0001') }, undefined],
    [
      'the setting of the source below the minimum',
      { size: { kind: 'base', amount: '0.00001' } },
      'too-small',
    ],
    [
      'a size in the message that the setting overrides',
      { signal: base('9'), size: { kind: 'base', amount: '0.001' } },
      undefined,
    ],
    ['a value below the minimum', { signal: usd('0.4') }, 'too-small'],
    [
      'a value below the minimum at old prices',
      { signal: usd('0.4'), ageMs: 16 * MINUTE_MS },
      'too-small',
    ],
    [
      'a value that buys nobody knows what at old prices',
      { signal: usd('8'), ageMs: 16 * MINUTE_MS },
      undefined,
    ],
    [
      'the money of the setting below the minimum',
      { size: { kind: 'quote', amount: '0.4', currency: 'USD' } },
      'too-small',
    ],
    [
      'a volume above the cap at the oldest prices that count',
      { signal: base('0.006'), ageMs: 15 * MINUTE_MS },
      'above-max-order',
    ],
    [
      'a volume that is worth less than the minimum at its limit',
      { signal: { ...base('0.0001'), type: 'limit', price: '10000.1' }, costMin: '2' },
      'too-small',
    ],
    [
      'a volume that is worth a little less, as the price may move',
      { signal: base('0.0001'), costMin: '10.9' },
      undefined,
    ],
    [
      'a volume below the minimum that the worker may raise',
      { signal: base('0.00009'), roundUpWithin: '20' },
      undefined,
    ],
    [
      'a value below the minimum that the worker may raise',
      { signal: usd('0.4'), roundUpWithin: '50' },
      undefined,
    ],
    [
      'a limit at a distance, which is the worker’s to reckon',
      { signal: { ...base('0.001'), type: 'limit', price: '-99%' } },
      undefined,
    ],
    [
      'a trigger far from the market',
      { signal: { ...base('0.001'), type: 'stop-loss', price: '1000' } },
      'bad-price',
    ],
    [
      'a limit behind a trigger far from the market',
      { signal: { ...base('0.001'), type: 'stop-loss-limit', price: '99000', price2: '1' } },
      'bad-price',
    ],
    [
      'a trailing distance, however small',
      { signal: { ...base('0.001'), type: 'trailing-stop', price: '+1' } },
      undefined,
    ],
    [
      'a share, which depends on the account',
      { signal: {}, size: { kind: 'available', percent: '1' } },
      undefined,
    ],
    ['no size in the message', { signal: {} }, undefined],
    ['a size that is no number', { signal: { size: { unit: 'base', amount: '1e-9' } } }, undefined],
    [
      'an unknown symbol while the snapshot lacks one of two pairs',
      { signal: { symbol: 'ETHUSD' }, rails: { pairs: ['BTC/USD', 'ETH/EUR'] } },
      undefined,
    ],
    ['a limit without rails', { signal: base('0.001'), rails: 'none' }, undefined],
    ['a value that buys less than the minimum volume', { signal: usd('8') }, 'too-small'],
    ['a value near the minimum volume, as the price may move', { signal: usd('9.5') }, undefined],
    [
      'a value of another currency',
      { signal: { size: { unit: 'quote', amount: '9999', currency: 'EUR' } } },
      undefined,
    ],
    ['a value above the cap', { signal: usd('500.01') }, 'above-max-order'],
    ['a value at the cap', { signal: usd('500') }, undefined],
    ['a volume above the cap', { signal: base('0.006') }, 'above-max-order'],
    ['a volume near the cap, as the price may move', { signal: base('0.0052') }, undefined],
    [
      'a volume above the cap at old prices',
      { signal: base('0.006'), ageMs: 16 * MINUTE_MS },
      undefined,
    ],
    [
      'a cap in another currency',
      { signal: base('1'), rails: { pairs: ['BTC/USD'], maxOrder: '5 EUR' } },
      undefined,
    ],
    [
      'a cap that an exit may pass',
      { signal: { ...base('1'), action: 'sell', marketPosition: 'flat' } },
      undefined,
    ],
    ['no cap', { signal: base('1'), rails: { pairs: ['BTC/USD'] } }, undefined],
    ['a share of the equity', { size: { kind: 'equity', percent: '100' } }, undefined],
    ['a share in the message', { signal: { size: { unit: 'percent', amount: '100' } } }, undefined],
    ['a limit ten times above', { signal: { type: 'limit', price: '1000000' } }, undefined],
    [
      'a limit more than ten times above',
      { signal: { type: 'limit', price: '1000000.1' } },
      'bad-price',
    ],
    ['a limit ten times below', { signal: { type: 'limit', price: '10000' } }, undefined],
    [
      'a limit more than ten times below',
      { signal: { type: 'limit', price: '9999.9' } },
      'bad-price',
    ],
    [
      'a far limit at old prices',
      { signal: { type: 'limit', price: '1' }, ageMs: 16 * MINUTE_MS },
      undefined,
    ],
  ])('for %s', (_title, given, code) => {
    expect(refusalOf(given)?.code).toBe(code);
  });

  it.each<[Given, Record<string, string>]>([
    [{ signal: base('0.00009') }, { requested: '0.00009 BTC', minimum: '0.0001 BTC' }],
    [{ signal: usd('0.4') }, { requested: '0.4 USD', minimum: '0.5 USD' }],
    [{ signal: { type: 'limit', price: '1' } }, { price: '1', last: '100000' }],
    [{ signal: usd('500.01') }, { value: '500.01', maxOrder: '500 USD' }],
  ])('of %j shows its numbers', (given, numbers) => {
    expect(refusalOf(given)?.numbers).toEqual(numbers);
  });

  it('names the pairs that may be traded', () => {
    const given: Given = { signal: { symbol: 'ETHUSD' } };
    expect(refusalOf(given)?.sentence).toContain('(BTC/USD)');
  });
});
