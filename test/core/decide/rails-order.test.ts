import { describe, expect, it } from 'vitest';
import type { Account, Rails } from '../../../functions/core/config.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { isClaimFull } from '../../../functions/core/decide/rails-claim.ts';
import { countsOpenOrders, wordsRefusal } from '../../../functions/core/decide/rails-order.ts';
import type { PrepareResult } from '../../../functions/core/ports.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BUY, decisionInput } from '../market-fixture.ts';

const LIMIT = { type: 'limit', price: '49000' } as const;

describe('the number of open orders', () => {
  const account = (rails?: Partial<Rails>): Account => ({
    ...{ exchange: 'kraken-spot', mode: 'live', secret: 'harpoon/main' },
    ...(rails === undefined ? {} : { rails: { pairs: ['BTC/USD'], ...rails } }),
  });
  const FEW = account({ maxOpenOrders: 1 });

  it.each<[string, Partial<Signal>, Account, boolean]>([
    ['a limit that rests', LIMIT, FEW, true],
    ['where no rail looks at it', LIMIT, account({}), false],
    ['of an account without rails', LIMIT, account(), false],
    ['a market order', {}, FEW, false],
    ['a market order that starts later: it waits at Kraken', { startAtMs: 60_000 }, FEW, true],
    ['one that ends a margin position', { type: 'settle-position' }, FEW, false],
    ['IOC never rests', { ...LIMIT, timeInForce: 'IOC' }, FEW, false],
    ['FOK never rests', { ...LIMIT, timeInForce: 'FOK' }, FEW, false],
    ['GTD rests', { ...LIMIT, timeInForce: 'GTD' }, FEW, true],
    ['an order that only leaves', { ...LIMIT, action: 'sell', reduceOnly: true }, FEW, false],
    ['a plain sale', { ...LIMIT, action: 'sell' }, FEW, true],
  ])('is asked for where it matters: %s', (_what, signal, of, asked) => {
    expect(countsOpenOrders({ ...BUY, ...signal }, of)).toBe(asked);
  });

  it.each<[string, Partial<Signal>, number, boolean]>([
    ['the last that fits', LIMIT, 1, true],
    ['one too many', LIMIT, 2, false],
    ['one too many that does not rest', {}, 2, true],
    ['one too many that rests until its start', { startAtMs: 60_000 }, 2, false],
    ['one too many that is filled whole or not at all', { ...LIMIT, timeInForce: 'FOK' }, 2, true],
  ])('%s', (_what, signal, openOrders, passes) => {
    const rails = { maxOpenOrders: 2 };
    const decided = decideOrder(decisionInput({ signal, rails, input: { openOrders } }));
    expect(decided.ok ? 'placed' : decided.error.code).toBe(
      passes ? 'placed' : 'too-many-open-orders',
    );
  });

  it('is never taken for none', () => {
    const given = { signal: LIMIT, rails: { maxOpenOrders: 2 } };
    expect(() => decideOrder(decisionInput(given))).toThrow('open orders were counted');
  });
});

describe('the rails that need nothing but the message', () => {
  it.each<[string, Partial<Rails>, string | undefined]>([
    ['none is set', {}, undefined],
    ['both let it pass', { sides: ['buy'], types: ['market'] }, undefined],
    ['the side', { sides: ['sell'], types: ['market'] }, 'side-not-allowed'],
    ['the type', { sides: ['buy'], types: ['limit'] }, 'type-not-allowed'],
    ['the type alone', { types: ['limit'] }, 'type-not-allowed'],
    ['both: the side speaks', { sides: ['sell'], types: ['limit'] }, 'side-not-allowed'],
  ])('%s', (_what, rails, code) => {
    expect(wordsRefusal(BUY, { pairs: ['BTC/USD'], ...rails })?.code).toBe(code);
  });
});

describe('a licence that was not given', () => {
  it.each<[PrepareResult['kind'], boolean]>([
    ['daily-cap', true],
    ['hourly-cap', true],
    ['cooling-down', true],
    ['prepared', false],
  ])('%s is told as a full rail: %s', (kind, isFull) => {
    expect(isClaimFull({ kind } as PrepareResult)).toBe(isFull);
  });
});
