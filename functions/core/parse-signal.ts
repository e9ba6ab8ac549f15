/**
 * From an authenticated message to a signal. It never guesses: what is missing, contradictory or
 * beyond what this version carries out is refused with a sentence that says what to write.
 */
import type { Source } from './config.ts';
import {
  readAction,
  readFlag,
  readMarketPosition,
  readPrice,
  readSize,
  readTime,
  readTimeInForce,
  readType,
} from './field-values.ts';
import { sha256 } from './hash.ts';
import { bodyId, explicitId } from './identity.ts';
import { canonicalBody, readMessage, type JsonObject, type Message } from './message.ts';
import { refusal, type Refusal, type RefusalCode } from './refusal.ts';
import { err, ok, type Result } from './result.ts';
import type { Signal } from './signal.ts';

/** What is known about a message beside its body. */
export interface Envelope {
  readonly sourceName: string;
  readonly source: Source;
  /** Id and time that the sender signed (`webhook-id`, `webhook-timestamp`), where it signs. */
  readonly signed?: { readonly id: string; readonly atMs: number };
}

/** A signal with the fingerprint of the message that it came in. */
export interface ParsedSignal {
  readonly signal: Signal;
  readonly payloadHash: string;
}

const COMMENT_CHARACTERS_MAX = 500;
const SYMBOL = /^[A-Za-z0-9._:/!-]{1,64}$/;
const EXCHANGE = /^[A-Za-z0-9_]{1,32}$/;

/** Reads a message of a source. */
export function parseSignal(root: JsonObject, envelope: Envelope): Result<ParsedSignal, Refusal> {
  const message = readMessage(root);
  if (!message.ok) return message;
  const payloadHash = sha256(canonicalBody(root));
  const intent = readIntent(message.value, envelope.source);
  if (!intent.ok) return intent;
  const identity = readIdentity(message.value, payloadHash, envelope);
  if (!identity.ok) return identity;
  const unknown = { ...message.value.unknown, ...notUsed(message.value, envelope) };
  const signal: Signal = {
    ...identity.value,
    source: envelope.sourceName,
    ...intent.value,
    ...(Object.keys(unknown).length > 0 ? { unknown } : {}),
  };
  return ok({ signal, payloadHash });
}

type Intent = Omit<Signal, 'id' | 'source' | 'sentAtMs' | 'unknown'>;

function readIntent({ fields }: Message, source: Source): Result<Intent, Refusal> {
  const actionField = fields.get('action');
  if (actionField === undefined) {
    return no('missing-field', 'action is missing: write "action": "buy" or "sell".');
  }
  const action = readAction(actionField);
  if (!action.ok) return action;
  const symbol = readSymbol(fields);
  if (!symbol.ok) return symbol;
  const price = readPrices(fields);
  if (!price.ok) return price;
  const size = optional(fields.get('size'), readSize);
  if (!size.ok) return size;
  if (source.size.kind === 'signal' && size.value === undefined) {
    return no(
      'missing-field',
      'size is missing: this source takes the size from the message; write "size": "0.5", "10%" or "100 USD" (volume is not read, it is the volume of the bar).',
    );
  }
  const terms = readTerms(fields, price.value.type);
  if (!terms.ok) return terms;
  const position = readPosition(fields, action.value);
  if (!position.ok) return position;
  const comment = fields.get('comment')?.text.trim().slice(0, COMMENT_CHARACTERS_MAX);
  return ok({
    symbol: symbol.value,
    action: action.value,
    ...price.value,
    ...(size.value === undefined ? {} : { size: size.value }),
    ...terms.value,
    ...position.value,
    ...(comment === undefined ? {} : { comment }),
  });
}

function readSymbol(fields: Message['fields']): Result<string, Refusal> {
  const ticker = fields.get('symbol');
  const exchange = fields.get('exchange');
  if (ticker === undefined) {
    return no('missing-field', 'symbol is missing: write "symbol": "{{exchange}}:{{ticker}}".');
  }
  if (!SYMBOL.test(ticker.text)) {
    return no('bad-field', `${ticker.name} is not a symbol: write one such as KRAKEN:BTCUSD.`);
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

type Prices = Pick<Signal, 'type' | 'price' | 'seenPrice'>;

/** With type market `price` is what the sender saw, usually `{{close}}`; with limit, the limit. */
function readPrices(fields: Message['fields']): Result<Prices, Refusal> {
  const type = readType(fields.get('type'));
  if (!type.ok) return type;
  const price = optional(fields.get('price'), readPrice);
  if (!price.ok) return price;
  const limitPrice = optional(fields.get('limitPrice'), readPrice);
  if (!limitPrice.ok) return limitPrice;
  const seen = optional(fields.get('seenPrice'), readPrice);
  if (!seen.ok) return seen;
  if (type.value === 'market') {
    if (limitPrice.value !== undefined) {
      return no('ambiguous-field', 'a limit price without "type": "limit": write the type too.');
    }
    const seenPrice = price.value ?? seen.value;
    return ok({ type: 'market', ...(seenPrice === undefined ? {} : { seenPrice }) });
  }
  const limit = limitPrice.value ?? price.value;
  if (limit === undefined) return no('missing-field', 'a limit order needs "price".');
  if (price.value !== undefined && price.value !== limit) {
    return no('ambiguous-field', 'price and limitPrice differ: write only one of them.');
  }
  return ok({
    type: 'limit',
    price: limit,
    ...(seen.value === undefined ? {} : { seenPrice: seen.value }),
  });
}

type Terms = Pick<Signal, 'timeInForce' | 'postOnly'>;

function readTerms(fields: Message['fields'], type: Signal['type']): Result<Terms, Refusal> {
  const timeInForce = optional(fields.get('timeInForce'), readTimeInForce);
  if (!timeInForce.ok) return timeInForce;
  const postOnly = readFlag(fields.get('postOnly'));
  if (!postOnly.ok) return postOnly;
  if (postOnly.value && (type === 'market' || timeInForce.value === 'IOC')) {
    return no(
      'ambiguous-field',
      'postOnly contradicts an order that trades at once: leave it out.',
    );
  }
  // A market order trades at once or not at all: time in force says nothing about it.
  const kept = type === 'limit' ? timeInForce.value : undefined;
  return ok({
    ...(kept === undefined ? {} : { timeInForce: kept }),
    ...(postOnly.value ? { postOnly: true } : {}),
  });
}

type Position = Pick<Signal, 'reduceOnly' | 'marketPosition'>;

/** What the sender says about its position; a short position cannot be held on spot. */
function readPosition(
  fields: Message['fields'],
  action: Signal['action'],
): Result<Position, Refusal> {
  const reduceOnly = readFlag(fields.get('reduceOnly'));
  if (!reduceOnly.ok) return reduceOnly;
  const position = optional(fields.get('marketPosition'), readMarketPosition);
  if (!position.ok) return position;
  if (position.value === 'short') {
    return no(
      'not-supported',
      'the strategy says that it is short after this order, which spot cannot be: let it trade long only, or leave the position out of the message.',
    );
  }
  if (action === 'buy' && (reduceOnly.value || position.value === 'flat')) {
    return no(
      'not-supported',
      'this buy closes a short position, which spot cannot have: let the strategy trade long only.',
    );
  }
  return ok({
    ...(reduceOnly.value ? { reduceOnly: true } : {}),
    ...(position.value === undefined ? {} : { marketPosition: position.value }),
  });
}

function readIdentity(
  { fields }: Message,
  payloadHash: string,
  { source, signed }: Envelope,
): Result<Pick<Signal, 'id' | 'sentAtMs'>, Refusal> {
  const id = signed === undefined ? fields.get('id') : { name: 'webhook-id', text: signed.id };
  const time = fields.get('fireTime') ?? fields.get('time');
  if (time === undefined && signed === undefined) {
    const code = id === undefined ? 'missing-identity' : 'missing-field';
    return no(
      code,
      `the fire time is missing: add "time": "{{timenow}}" (${source.auth} messages carry no other time).`,
    );
  }
  const sentAtMs = time === undefined ? ok(signed?.atMs ?? 0) : readTime(time);
  if (!sentAtMs.ok) return sentAtMs;
  if (id === undefined) return ok({ id: bodyId(payloadHash), sentAtMs: sentAtMs.value });
  const signalId = explicitId(id.text);
  if (!signalId.ok) return no('bad-field', `${id.name} is not usable: ${signalId.error}.`);
  return ok({ id: signalId.value, sentAtMs: sentAtMs.value });
}

/** Known fields that another one stands above: kept for the record. */
function notUsed({ fields }: Message, { signed }: Envelope): Record<string, string> {
  const time = fields.has('fireTime') ? fields.get('time') : undefined;
  const id = signed === undefined ? undefined : fields.get('id');
  const entries = [time, id].flatMap((field) =>
    field === undefined ? [] : [[field.name, JSON.stringify(field.text)] as const],
  );
  return Object.fromEntries(entries);
}

function optional<F, T>(
  field: F | undefined,
  read: (field: F) => Result<T, Refusal>,
): Result<T | undefined, Refusal> {
  return field === undefined ? ok(undefined) : read(field);
}

function no(code: RefusalCode, sentence: string): Result<never, Refusal> {
  return err(refusal(code, sentence));
}
