/** Sources and messages for tests of the language that signals are written in. */
import type { Source } from '../../../functions/core/config.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import type { JsonObject } from '../../../functions/core/message/message.ts';
import { ORDER_TYPES } from '../../../functions/core/message/order-terms.ts';
import { parseSignal, type Envelope } from '../../../functions/core/message/parse-signal.ts';
import type { OrderType, Signal } from '../../../functions/core/signal.ts';

/** A source that takes the size from the message and allows nothing beyond the usual. */
export const PLAIN_SOURCE: Source = {
  auth: 'tradingview',
  secret: 'harpoon/sources/desk',
  accounts: ['main'],
  size: { kind: 'signal' },
  maxAgeMs: 60_000,
  symbols: {},
  onUnplaced: 'notify',
  notify: [],
};

/** A source that allows everything. */
export const FREE_SOURCE: Source = {
  ...PLAIN_SOURCE,
  allow: { types: ORDER_TYPES, leverage: '5' },
};

/** Everything allowed but leverage. */
export const SPOT_SOURCE: Source = { ...PLAIN_SOURCE, allow: { types: ORDER_TYPES } };

/** When the messages of the tests were fired. */
export const SENT = '2026-11-22T12:00:00Z';
export const SENT_MS = Date.UTC(2026, 10, 22, 12);

/** What a message needs whatever its type. */
export const BASE = { time: SENT, symbol: 'KRAKEN:XBTUSD', action: 'buy', size: '0.5' };

/** The terms without which an order of the type is refused. */
export const NEEDED: Readonly<Record<OrderType, Readonly<Record<string, string>>>> = {
  market: {},
  limit: { price: '98000' },
  iceberg: { price: '98000', displayVolume: '0.1' },
  'stop-loss': { price: '95000' },
  'take-profit': { price: '105000' },
  'stop-loss-limit': { price: '95000', price2: '94900' },
  'take-profit-limit': { price: '105000', price2: '104900' },
  'trailing-stop': { price: '+2%' },
  'trailing-stop-limit': { price: '+2%', price2: '-0.5%' },
  'settle-position': { leverage: '2' },
};

/** A JSON object from its text. */
export function rootOf(text: string): JsonObject {
  const read = readJson(text);
  if (!read.ok || read.value.kind !== 'object') throw new Error(`not an object: ${text}`);
  return read.value;
}

/** Reads a message, of a source that allows everything unless another is given. */
export function parseFields(
  fields: Readonly<Record<string, unknown>>,
  envelope: Partial<Envelope> = {},
) {
  const root = rootOf(JSON.stringify({ ...BASE, ...fields }));
  return parseSignal(root, { sourceName: 'desk', source: FREE_SOURCE, ...envelope });
}

/** The signal of a message that must be readable. */
export function signalOf(
  fields: Readonly<Record<string, unknown>>,
  envelope: Partial<Envelope> = {},
): Signal {
  const parsed = parseFields(fields, envelope);
  if (!parsed.ok) throw new Error(parsed.error.sentence);
  return parsed.value.signal;
}

/** `code: sentence` of a message that must be refused. */
export function refusalOf(
  fields: Readonly<Record<string, unknown>>,
  envelope: Partial<Envelope> = {},
): string {
  const parsed = parseFields(fields, envelope);
  return parsed.ok
    ? `accepted as ${JSON.stringify(parsed.value.signal)}`
    : `${parsed.error.code}: ${parsed.error.sentence}`;
}
