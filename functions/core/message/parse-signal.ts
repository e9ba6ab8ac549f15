/**
 * From an authenticated message to a signal. It never guesses: what is missing, contradictory or
 * not allowed to its source is refused with a sentence that says what to write.
 */
import { readAction, type ActionWord } from './action-words.ts';
import { usesAtr } from './atr-text.ts';
import type { Source } from '../config.ts';
import { sha256 } from '../hash.ts';
import { bodyId, explicitId } from '../identity.ts';
import { mapMessage } from './map-message.ts';
import { canonicalBody, readMessage, withoutToken, type JsonObject } from './message.ts';
import type { Message } from './message.ts';
import { readOrder, readType } from './read-order.ts';
import { readProfits } from './read-profits.ts';
import { readStop } from './read-stop.ts';
import { no, type Fields } from './read-term.ts';
import { readTime } from './read-time.ts';
import { readClose, readTarget } from './read-target.ts';
import {
  readPosition,
  readWanted,
  refusalOfLeverage,
  refusalOfType,
  type Position,
  type SizeContext,
  type Wanted,
} from './read-wanted.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';

/** What is known about a message beside its body. */
export interface Envelope {
  readonly sourceName: string;
  readonly source: Source;
  /** Time, and where the scheme has one the id, that the sender signed beside the body. */
  readonly signed?: { readonly id?: string; readonly atMs: number };
  /** The message is Harpoon's own, so that a `map` of the source says nothing of it. */
  readonly ownWords?: boolean;
}

/** A signal with the fingerprint of the message that it came in. */
export interface ParsedSignal {
  readonly signal: Signal;
  readonly payloadHash: string;
}

const COMMENT_CHARACTERS_MAX = 500;

/** Fields that say nothing of an order, and those that say nothing of a target. */
const POSITION_FIELDS = ['positionSize', 'prevPosition', 'prevPositionSize'] as const;
const ORDER_FIELDS = ['action', 'size', 'reduceOnly'] as const;
const SYMBOL = /^[A-Za-z0-9._:/!-]{1,64}$/;
/** `BTC/USDT:USDT`: how ccxt writes perpetual contracts. Source: https://docs.ccxt.com */
const CONTRACT = /^[^:/]+\/[^:/]+:/;
const EXCHANGE = /^[A-Za-z0-9_]{1,32}$/;

/** Reads a message of a source. */
export function parseSignal(given: JsonObject, envelope: Envelope): Result<ParsedSignal, Refusal> {
  const { source, sourceName } = envelope;
  const root = withoutToken(given, source.auth);
  const { map } = source;
  const message =
    map === undefined || envelope.ownWords === true
      ? readMessage(root)
      : mapMessage(root, map, sourceName);
  if (!message.ok) return message;
  const payloadHash = sha256(canonicalBody(root));
  const identity = readIdentity(message.value, payloadHash, envelope);
  const sentAtMs = identity.ok ? identity.value.sentAtMs : 0;
  const intent = readIntent(message.value, envelope, sentAtMs);
  if (!intent.ok) return intent;
  if (!identity.ok) return identity;
  const unknown = { ...message.value.unknown, ...notUsed(message.value, envelope) };
  const signal: Signal = {
    ...identity.value,
    source: sourceName,
    ...intent.value,
    ...(Object.keys(unknown).length > 0 ? { unknown } : {}),
  };
  return ok({ signal, payloadHash });
}

type Intent = Omit<Signal, 'id' | 'source' | 'sentAtMs' | 'unknown'>;

function readIntent(
  { fields }: Message,
  { source, sourceName }: Envelope,
  sentAtMs: number,
): Result<Intent, Refusal> {
  const action = readWord(fields, source);
  if (!action.ok) return action;
  const symbol = readSymbol(fields);
  if (!symbol.ok) return symbol;
  const type = readType(fields.get('type'));
  if (!type.ok) return type;
  const barred = refusalOfType(type.value, source, sourceName);
  if (barred !== undefined) return err(barred);
  const order = readOrder(fields, type.value, sentAtMs);
  if (!order.ok) return order;
  const tooMuch = refusalOfLeverage(order.value.leverage, source, sourceName);
  if (tooMuch !== undefined) return err(tooMuch);
  const wish = readWish(fields, { source, order: order.value, action: action.value });
  if (!wish.ok) return wish;
  const opens = { wish: wish.value, order: order.value, source, sourceName };
  const stop = readStop(fields, opens);
  if (!stop.ok) return stop;
  const profits = readProfits(fields, { ...opens, stop: stop.value.stop });
  if (!profits.ok) return profits;
  const comment = fields.get('comment')?.text.trim().slice(0, COMMENT_CHARACTERS_MAX);
  return ok({
    symbol: symbol.value,
    ...order.value,
    ...wish.value,
    ...stop.value,
    ...profits.value,
    ...(comment === undefined ? {} : { comment }),
  });
}

/** What the sender calls it. A source that says where its strategy stands need not. */
function readWord(fields: Fields, { target }: Source): Result<ActionWord, Refusal> {
  const field = fields.get('action');
  if (target === true) return ok({ action: 'buy', leaves: false });
  if (field !== undefined) return readAction(field);
  return no('missing-field', 'action is missing: write "action": "buy" or "sell".');
}

type Wish = Pick<Signal, 'action'> & Partial<Pick<Signal, 'target'>> & Wanted & Position;

/** An order of so much, or a place where the strategy is to stand. */
function readWish(fields: Fields, context: SizeContext): Result<Wish, Refusal> {
  const { source, order, action } = context;
  const aimed = source.target === true ? readTarget(fields, order) : readClose(fields, context);
  if (aimed !== undefined) return aimed;
  const size = readWanted(fields, context);
  if (!size.ok) return size;
  const position = readPosition(fields, action, order);
  if (!position.ok) return position;
  return ok({ action: action.action, ...size.value, ...position.value });
}

function readSymbol(fields: Fields): Result<string, Refusal> {
  const ticker = fields.get('symbol');
  const exchange = fields.get('exchange');
  if (ticker === undefined) {
    return no('missing-field', 'symbol is missing: write "symbol": "{{exchange}}:{{ticker}}".');
  }
  if (!SYMBOL.test(ticker.text)) {
    return no('bad-field', `${ticker.name} is not a symbol: write one such as KRAKEN:BTCUSD.`);
  }
  if (CONTRACT.test(ticker.text)) {
    const sentence = `${ticker.name} names a contract that settles in a currency, and Harpoon trades spot: write one such as KRAKEN:BTCUSD.`;
    return no('not-supported', sentence);
  }
  if (exchange === undefined) return ok(ticker.text);
  if (!EXCHANGE.test(exchange.text)) {
    return no('bad-field', `${exchange.name} is not an exchange: write one such as KRAKEN.`);
  }
  const [prefix, rest] = ticker.text.split(/:(.*)/s);
  if (rest === undefined) return ok(`${exchange.text}:${ticker.text}`);
  if (prefix?.toUpperCase() === exchange.text.toUpperCase()) return ok(ticker.text);
  return no(
    'ambiguous-field',
    `${ticker.name} and ${exchange.name} name two exchanges: write only one of them.`,
  );
}

function readIdentity(
  { fields }: Message,
  payloadHash: string,
  { signed }: Envelope,
): Result<Pick<Signal, 'id' | 'sentAtMs'>, Refusal> {
  const signedId = signed?.id;
  const id = signedId === undefined ? fields.get('id') : { name: 'webhook-id', text: signedId };
  const time = fields.get('fireTime') ?? fields.get('time');
  // A body without id and time could be a second signal or the first one again.
  if (time === undefined && (signed === undefined || id === undefined)) {
    const code = id === undefined ? 'missing-identity' : 'missing-field';
    return no(
      code,
      `the fire time is missing: add "time": "{{timenow}}" (these messages carry no other time).`,
    );
  }
  const sentAtMs = time === undefined ? ok(signed?.atMs ?? 0) : readTime(time);
  if (!sentAtMs.ok) return sentAtMs;
  if (id === undefined) return ok({ id: bodyId(payloadHash), sentAtMs: sentAtMs.value });
  const signalId = explicitId(id.text);
  if (!signalId.ok) return no('bad-field', `${id.name} is not usable: ${signalId.error}.`);
  return ok({ id: signalId.value, sentAtMs: sentAtMs.value });
}

/** Known fields that another one stands above, or that nothing asks for: kept for the record. */
function notUsed({ fields }: Message, { signed, source }: Envelope): Record<string, string> {
  const aims = source.target === true ? ORDER_FIELDS : POSITION_FIELDS;
  const time = fields.has('fireTime') ? fields.get('time') : undefined;
  const id = signed?.id === undefined ? undefined : fields.get('id');
  const atr = usesAtr(fields) ? undefined : fields.get('atr');
  const entries = [time, id, atr, ...aims.map((name) => fields.get(name))].flatMap((field) =>
    field === undefined ? [] : [[field.name, JSON.stringify(field.text)] as const],
  );
  return Object.fromEntries(entries);
}
