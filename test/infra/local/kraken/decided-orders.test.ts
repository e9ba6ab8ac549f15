/**
 * Laws between what is decided and what Kraken takes: every decided order passes the checks of the
 * embedded Kraken, costs no more than was wished or can be paid, and is explained by its steps.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addOrderForm } from '../../../../functions/adapters/kraken/add-order-form.ts';
import type { Size } from '../../../../functions/core/config.ts';
import { decideOrder, type DecidedOrder } from '../../../../functions/core/decide/decide-order.ts';
import { decimal, roundDown, type Decimal } from '../../../../functions/core/decimal.ts';
import { largestCost } from '../../../../functions/core/decide/funds.ts';
import { ORDER_TERMS, ORDER_TYPES } from '../../../../functions/core/message/order-terms.ts';
import { pairTable } from '../../../../functions/core/market/pair-table.ts';
import type { Pair, Ticker } from '../../../../functions/core/market/pair.ts';
import type { Signal } from '../../../../functions/core/signal.ts';
import { addOrder } from '../../../../infra/local/kraken/add-order.ts';
import { PAIRS } from '../../../../infra/local/kraken/catalogue.ts';
import { openMarkets, putKey } from '../../../../infra/local/kraken/commands.ts';
import { emptyState } from '../../../../infra/local/kraken/state.ts';
import { beginTurn, DEFAULT_RULES } from '../../../../infra/local/kraken/turn.ts';
import { decisionInput } from '../../../core/market-fixture.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const ACCOUNT = 'main';

/** The pairs of the embedded Kraken, as its client reads them. */
const LISTED: readonly Pair[] = [...PAIRS.values()].map((pair) => {
  const [base = '', quote = ''] = pair.modern.split('/');
  const { id, altname, wsname, modern: name } = pair;
  const { priceDecimals, lotDecimals, costDecimals, tickSize, orderMin, costMin } = pair;
  return {
    ...{ name, id, altname, wsname, base, quote, baseId: pair.base, quoteId: pair.quote },
    ...{ priceDecimals, lotDecimals, costDecimals, tickSize, orderMin, costMin, status: 'online' },
  };
});

function openExchange() {
  const { turn } = beginTurn({
    ...{ state: emptyState(), nowMs: NOW_MS, rules: DEFAULT_RULES },
    delays: { engineMs: 0, readLagMs: 0 },
  });
  openMarkets(turn);
  return turn;
}

const quotes = openExchange().state.markets;
const TICKERS: ReadonlyMap<string, Ticker> = new Map(
  LISTED.map(({ name, id }) => {
    const { bid, ask, last } = quotes.get(id) ?? { bid: '0', ask: '0', last: '0' };
    return [name, { bid: decimal(bid), ask: decimal(ask), last: decimal(last) }];
  }),
);

const percent = fc.integer({ min: 1, max: 10_000 }).map((n) => decimal(`${n}e-2`).toFixed());
const amount = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 9 }))
  .map(([n, scale]) => decimal(`${n}e-${scale}`).toFixed());
const size: fc.Arbitrary<Size> = fc.oneof(
  fc.record({ kind: fc.constant('base'), amount }),
  fc.record({ kind: fc.constant('quote'), amount, currency: fc.constantFrom('USD', 'EUR') }),
  fc.record({ kind: fc.constantFrom('equity', 'available', 'position', 'risk'), percent }),
);
/** Thousandths of the last price, or a distance. */
const price = fc.oneof(
  fc.integer({ min: 700, max: 1_300 }),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 1, max: 29_999 }), fc.constantFrom('%', ''))
    .map(
      ([sign, n, unit]) => `${sign}${decimal(`${n}e-${unit === '%' ? 3 : 2}`).toFixed()}${unit}`,
    ),
);

const drawn = fc.record({
  pair: fc.constantFrom(...LISTED),
  action: fc.constantFrom('buy', 'sell'),
  type: fc.constantFrom(...ORDER_TYPES),
  size,
  up: fc.option(percent, { nil: undefined }),
  prices: fc.tuple(price, price, price),
  shown: fc.oneof(amount, fc.integer({ min: 1, max: 120 })),
  isReducing: fc.boolean(),
  timeInForce: fc.constantFrom(undefined, 'GTC', 'IOC', 'FOK', 'GTD'),
  times: fc.tuple(
    fc.option(fc.integer({ min: -9_000, max: 9_000_000 }), { nil: undefined }),
    fc.integer({ min: 0, max: 99_000_000 }),
  ),
  money: fc.tuple(amount, amount),
});

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function inputOf(given: Drawn) {
  const { pair, type, action } = given;
  const terms = ORDER_TERMS[type];
  const last = TICKERS.get(pair.name)?.last ?? decimal('1');
  const written = (one: string | number): string =>
    typeof one === 'string' ? one : last.times(String(one)).div('1000').toFixed();
  const [first, second, stop] = given.prices;
  const timeInForce = terms.timeInForce.find((one) => one === given.timeInForce);
  const [start, expire] = given.times;
  const signal: Partial<Signal> = {
    ...{ symbol: `KRAKEN:${pair.altname}`, action, type, riskStop: written(stop) },
    ...(terms.price === undefined ? {} : { price: written(first) }),
    ...(terms.price2 === undefined ? {} : { price2: written(second) }),
    ...(type === 'iceberg' ? { displayVolume: shownOf(given) } : {}),
    ...(given.isReducing ? { reduceOnly: true } : {}),
    ...(timeInForce === undefined ? {} : { timeInForce }),
    ...(timeInForce === 'GTD' ? { expireAtMs: NOW_MS + expire } : {}),
    ...(start === undefined ? {} : { startAtMs: NOW_MS + start }),
  };
  const [money, held] = given.money;
  const input = decisionInput({
    ...{
      signal,
      size: given.size,
      rails: null,
      balances: { [pair.quote]: money, [pair.base]: held },
    },
    input: { pairs: pairTable(LISTED), tickers: TICKERS, nowMs: NOW_MS },
  });
  const { up } = given;
  return up === undefined ? input : { ...input, source: { ...input.source, roundUpWithin: up } };
}

/** A number is percent of the size: by chance alone hardly any iceberg shows a part that it may. */
function shownOf({ shown, size: wish, pair }: Drawn): string {
  if (typeof shown === 'string') return shown;
  const whole = wish.kind === 'base' ? decimal(wish.amount) : decimal('1');
  return roundDown(whole.times(String(shown)).div('100'), pair.lotDecimals).toFixed();
}

/** The answer of the embedded Kraken to an account with these balances. */
function krakenSays(
  { order }: DecidedOrder,
  pair: Pair,
  given: Drawn,
  validate: boolean,
): readonly string[] {
  const turn = openExchange();
  const [money, held] = given.money;
  const balances = { [pair.quote]: money, [pair.base]: held };
  putKey(turn, { key: ACCOUNT, secret: 'AAAA', balances });
  const attempt = {
    ...{ token: 't', nonce: '1', keyId: 'k', fence: 1, order, validate },
    ...{ deadlineMs: NOW_MS + 10_000, preparedAtMs: NOW_MS },
  };
  const form = addOrderForm(attempt, { clientOrderId: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11' });
  const params = new Map(
    Object.entries(form).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text] satisfies [string, string]],
    ),
  );
  return addOrder(turn, ACCOUNT, params).error;
}

it('every decided order passes the checks of Kraken, and is placed', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(drawn, (given) => {
      const decided = decideOrder(inputOf(given));
      if (!decided.ok) return;
      seen.set(given.type, (seen.get(given.type) ?? 0) + 1);
      expect(krakenSays(decided.value, given.pair, given, true)).toEqual([]);
      expect(krakenSays(decided.value, given.pair, given, false)).toEqual([]);
    }),
    { numRuns: 8_000 },
  );
  const carriedOut = ORDER_TYPES.filter((type) => type !== 'settle-position');
  expect(carriedOut.filter((type) => (seen.get(type) ?? 0) < 5)).toEqual([]);
});

it('no order costs more than was wished or can be paid, and its steps recompute to its volume', () => {
  let orders = 0;
  fc.assert(
    fc.property(drawn, (given) => {
      const input = inputOf(given);
      const decided = decideOrder(input);
      if (!decided.ok) return;
      orders += 1;
      const { order, decision } = decided.value;
      const volume = decimal(order.volume);
      const value = volume.times(decision.atPrice);
      const free = (asset: string): Decimal => input.balances.get(asset)?.available ?? decimal('0');
      if (given.action === 'buy')
        expect(value.lte(largestCost(given.pair, input.balances))).toBe(true);
      else expect(volume.lte(free(given.pair.base))).toBe(true);

      const raise = decimal('100')
        .plus(given.up ?? '0')
        .div('100');
      const { size: wish } = given;
      if (wish.kind === 'base') expect(volume.lte(raise.times(wish.amount))).toBe(true);
      if (wish.kind === 'quote' && wish.currency === given.pair.quote) {
        expect(value.lte(raise.times(wish.amount))).toBe(true);
      }
      expect(recomputed(decided.value, given.pair)).toBe(order.volume);
    }),
    { numRuns: 4_000 },
  );
  expect(orders).toBeGreaterThan(300);
});

/**
 * The step before the rounding says which volume was asked for, the one after it what became of it,
 * and the last one what that is worth.
 */
function recomputed({ decision: { steps, atPrice } }: DecidedOrder, pair: Pair): string {
  const numberAt = (index: number): Decimal => decimal(steps.at(index)?.value.split(' ')[0] ?? '0');
  const at = steps.findIndex(({ step }) =>
    step.startsWith(`rounded down to ${pair.lotDecimals} decimals`),
  );
  expect(steps[at - 1]?.value).toMatch(new RegExp(` ${pair.base}$`));
  expect(numberAt(at).eq(roundDown(numberAt(at - 1), pair.lotDecimals))).toBe(true);
  const volume = numberAt(-2);
  expect(numberAt(-1).eq(roundDown(volume.times(atPrice), pair.costDecimals))).toBe(true);
  return volume.toFixed();
}
