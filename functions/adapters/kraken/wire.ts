/**
 * The shapes of Kraken's answers, as far as they are used: strict on what is read, tolerant of
 * everything else. Amounts arrive as text (see exact-json.ts), never as numbers, and leave as
 * decimals. Sources: the pages of https://docs.kraken.com/api/docs/rest-api
 */
import * as v from 'valibot';
import { decimal } from '../../core/decimal.ts';
import { ExchangeError } from '../../core/exchange-error.ts';

/** An exact amount. An exponent occurs where Kraken writes a JSON number, as in `1e-05`. */
const amount = v.pipe(
  v.string(),
  v.regex(/^-?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?$/),
  v.transform(decimal),
);

/** A count, a number of decimals or a time in whole seconds. */
const integer = v.union([
  v.pipe(v.string(), v.regex(/^-?[0-9]{1,15}$/), v.transform(Number)),
  v.pipe(v.number(), v.safeInteger()),
]);

/** Seconds with a fraction, `1688666559.8974`, as whole milliseconds. */
const secondsAsMs = v.pipe(
  amount,
  v.transform((seconds) => Number(seconds.times('1000').toFixed(0))),
);

const text = v.string();

export const time = v.object({ unixtime: integer });

export const systemStatus = v.object({
  status: v.picklist(['online', 'maintenance', 'cancel_only', 'post_only']),
});

export const asset = v.object({ altname: text });

export const assetPair = v.object({
  altname: text,
  wsname: v.optional(text),
  base: text,
  quote: text,
  pair_decimals: integer,
  lot_decimals: integer,
  cost_decimals: integer,
  tick_size: v.optional(amount),
  ordermin: v.optional(amount, '0'),
  costmin: v.optional(amount, '0'),
  // Not worth the pair when they are not as documented: it then trades without leverage.
  leverage_buy: v.fallback(v.optional(v.array(integer)), undefined),
  leverage_sell: v.fallback(v.optional(v.array(integer)), undefined),
  status: v.optional(text),
});

const feeTier = v.looseTuple([amount, amount]);

/** [volume in 30 days, percent], lowest tier first. */
export const pairFees = v.object({
  fees: v.looseTuple([feeTier]),
  fees_maker: v.optional(v.array(feeTier)),
});

const best = v.pipe(
  v.looseTuple([amount]),
  v.transform(([price]) => price),
);

export const ticker = v.object({ a: best, b: best, c: best });

/** Figures since 00:00 UTC and of the last 24 hours. */
const pairOf = <T>(part: v.GenericSchema<unknown, T>) => v.looseTuple([part, part]);

/** The whole row. Source: https://docs.kraken.com/api/docs/rest-api/get-ticker-information */
export const quote = v.pipe(
  v.object({
    ...ticker.entries,
    v: pairOf(amount),
    t: pairOf(integer),
    l: pairOf(amount),
    h: pairOf(amount),
  }),
  v.transform(({ a, b, c, v: [, volume24h], t: [dayTrades], l, h }) => ({
    ...{ ask: a, bid: b, last: c, volume24h, dayTrades },
    ...{ dayLow: l[0], low24h: l[1], dayHigh: h[0], high24h: h[1] },
  })),
);

const level = v.pipe(
  v.looseTuple([amount, amount]),
  v.transform(([price, volume]) => ({ price, volume })),
);

/**
 * Levels of the order book, `[price, volume, time]`, best first.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-order-book
 */
export const depth = v.object({ asks: v.array(level), bids: v.array(level) });

/** `[time, open, high, low, close, vwap, volume, count]` */
export const candle = v.pipe(
  v.looseTuple([integer, amount, amount, amount, amount, amount, amount]),
  v.transform(([at, open, high, low, close, , volume]) => ({
    atMs: at * 1_000,
    open,
    high,
    low,
    close,
    volume,
  })),
);

export const order = v.object({
  cl_ord_id: v.nullish(text),
  /** 0 where there is none. */
  userref: v.nullish(integer),
  /** The order that opened this one. */
  refid: v.nullish(text),
  status: text,
  opentm: secondsAsMs,
  starttm: v.optional(secondsAsMs, '0'),
  expiretm: v.optional(secondsAsMs, '0'),
  descr: v.object({
    pair: text,
    type: v.picklist(['buy', 'sell']),
    ordertype: text,
    /** Not always a number: a trailing stop has `+1.0000%`. */
    price: text,
    price2: v.nullish(text, ''),
    leverage: v.nullish(text, ''),
    close: v.nullish(text, ''),
  }),
  oflags: v.nullish(text),
  trigger: v.nullish(text),
  vol: amount,
  vol_exec: amount,
  /** What was executed, its fee, and its average price, 0 for none; in the quote currency. */
  cost: v.optional(amount),
  fee: v.optional(amount),
  price: v.optional(amount),
});

export const orders = v.record(text, order);
export const openOrders = v.object({ open: orders });
export const closedOrders = v.object({ closed: orders });

export const trades = v.object({
  trades: v.record(text, v.object({ ordertxid: text, pair: text, time: secondsAsMs })),
});

/**
 * Lots by id. Volume, cost and fee are as they were opened.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-open-positions
 */
export const positions = v.record(
  text,
  v.object({
    pair: text,
    time: secondsAsMs,
    type: v.picklist(['buy', 'sell']),
    cost: amount,
    vol: amount,
    vol_closed: amount,
  }),
);

export const cancelled = v.object({ count: integer, pending: v.optional(v.boolean()) });

export const balances = v.record(text, amount);

export const extendedBalances = v.record(
  text,
  v.object({
    balance: amount,
    hold_trade: v.optional(amount, '0'),
    credit: v.optional(amount, '0'),
    credit_used: v.optional(amount, '0'),
  }),
);

/** Kraken's page writes camelCase, the recorded answer snake_case. */
export const apiKeyInfo = v.union([
  v.object({
    nonce: text,
    nonce_window: text,
    permissions: v.array(text),
    query_from: v.nullish(text, '0'),
    query_to: v.nullish(text, '0'),
    iban: v.nullish(text),
  }),
  v.pipe(
    v.object({
      nonce: text,
      nonceWindow: text,
      permissions: v.array(text),
      queryFrom: v.nullish(text, '0'),
      queryTo: v.nullish(text, '0'),
      iban: v.nullish(text),
    }),
    v.transform(({ nonceWindow, queryFrom, queryTo, ...rest }) => ({
      ...rest,
      nonce_window: nonceWindow,
      query_from: queryFrom,
      query_to: queryTo,
    })),
  ),
]);

/** An order as Kraken reports it. */
export type WireOrder = v.InferOutput<typeof order>;

/** Reads a result, or throws an ExchangeError that names what is not as documented. */
export function read<Schema extends v.GenericSchema>(
  schema: Schema,
  result: unknown,
  asked: string,
): v.InferOutput<Schema> {
  const outcome = v.safeParse(schema, result);
  if (outcome.success) return outcome.output;
  const [issue] = outcome.issues;
  const where = v.getDotPath(issue) ?? 'the result';
  throw new ExchangeError(`${asked} was answered in an unknown shape: ${where}: ${issue.message}`, {
    retryable: false,
  });
}
