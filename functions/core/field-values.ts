/**
 * Single values of a message. Each reader takes the text that was sent and gives a value or the
 * sentence that says what to write instead. Numbers are never floats.
 */
import { parseDecimal, plain } from './decimal.ts';
import { refusal, type Refusal } from './refusal.ts';
import { err, ok, type Result } from './result.ts';
import type { FieldText } from './message.ts';
import type { Action, MarketPosition, SignalSize } from './signal.ts';

const SIDES: Readonly<Record<string, Action>> = { buy: 'buy', long: 'buy', sell: 'sell' };

/** Words that ask for something that this version does not do. */
const OTHER_ACTIONS =
  /^(short|exit|close|flat|flatten|cancel|target|halt|stop|reduce|reverse|hold|none|cover|wait)|(exit|close|entry|long|short|cover)/;

const OTHER_TYPES = /stop|profit|trail|iceberg|oco|settle|bracket|touched/;

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const UNIX_SECONDS = /^(\d{10})(?:\.(\d{1,9}))?$/;
const UNIX_MS = /^\d{13}$/;

/** `buy`, `long` or `sell`. On spot `short` has no safe meaning and is not guessed. */
export function readAction({ name, text }: FieldText): Result<Action, Refusal> {
  const word = text.toLowerCase();
  const action = Object.hasOwn(SIDES, word) ? SIDES[word] : undefined;
  if (action !== undefined) return ok(action);
  if (OTHER_ACTIONS.test(word)) {
    return err(
      refusal(
        'not-supported',
        `${name} asks for something that this version does not do: it carries out buy and sell on spot only; write buy or sell.`,
      ),
    );
  }
  return bad(name, 'write buy or sell');
}

/** Order type; market unless the message says otherwise. */
export function readType(field: FieldText | undefined): Result<'market' | 'limit', Refusal> {
  if (field === undefined) return ok('market');
  const word = field.text.toLowerCase();
  if (word === 'market' || word === 'limit') return ok(word);
  if (OTHER_TYPES.test(word)) {
    return err(
      refusal(
        'not-supported',
        `${field.name} names an order type that this version does not carry out: write market or limit.`,
      ),
    );
  }
  return bad(field.name, 'write market or limit; the side belongs into action');
}

/** A price as decimal text above zero. */
export function readPrice(field: FieldText): Result<string, Refusal> {
  const price = parseDecimal(field.text);
  if (!price.ok) return bad(field.name, price.error);
  if (price.value.gt('0')) return ok(plain(price.value));
  return err(refusal('bad-price', `${field.name} must be above zero.`));
}

/** `0.5`, `10%` or `100 USD`. */
export function readSize({ name, text }: FieldText): Result<SignalSize, Refusal> {
  const [, number = '', percent, currency] =
    /^(\S+?)(?:(%)| ([A-Za-z][A-Za-z0-9]{1,9}))?$/.exec(text) ?? [];
  const amount = parseDecimal(number);
  if (!amount.ok) {
    return bad(name, 'write the size as 0.5 (of the base asset), 10% or 100 USD');
  }
  if (!amount.value.gt('0')) {
    return err(refusal('bad-size', `${name} must be above zero.`));
  }
  const plainAmount = plain(amount.value);
  if (currency !== undefined) {
    return ok({ unit: 'quote', amount: plainAmount, currency: currency.toUpperCase() });
  }
  if (percent === undefined) return ok({ unit: 'base', amount: plainAmount });
  if (amount.value.gt('100')) {
    return err(refusal('bad-size', `${name} must be at most 100%.`));
  }
  return ok({ unit: 'percent', amount: plainAmount });
}

/** `true` or `false` in any case, as senders in other languages write it. */
export function readFlag(field: FieldText | undefined): Result<boolean, Refusal> {
  const word = field?.text.toLowerCase();
  if (word === undefined || word === 'false' || word === '0') return ok(false);
  if (word === 'true' || word === '1') return ok(true);
  return bad(field?.name ?? '', 'write true or false');
}

/** Good till cancelled or immediate or cancel. */
export function readTimeInForce(field: FieldText): Result<'GTC' | 'IOC', Refusal> {
  const word = field.text.toUpperCase();
  if (word === 'GTC' || word === 'IOC') return ok(word);
  return err(
    refusal('not-supported', `${field.name} must be GTC or IOC: this version knows no other.`),
  );
}

/** `{{strategy.market_position}}`. */
export function readMarketPosition(field: FieldText): Result<MarketPosition, Refusal> {
  const word = field.text.toLowerCase();
  if (word === 'long' || word === 'flat' || word === 'short') return ok(word);
  return bad(field.name, 'write long, flat or short');
}

/**
 * A point in time as epoch milliseconds: RFC 3339 with `Z` or an offset, or unix seconds or
 * milliseconds, told apart by their digits. A time without a zone is not guessed.
 */
export function readTime({ name, text }: FieldText): Result<number, Refusal> {
  const seconds = UNIX_SECONDS.exec(text);
  if (seconds !== null) return ok(Number(seconds[1]) * 1_000 + milliseconds(seconds[2]));
  if (UNIX_MS.test(text)) return ok(Number(text));
  const instant = INSTANT.exec(text);
  const atMs = instant === null ? undefined : instantMs(instant);
  if (atMs !== undefined) return ok(atMs);
  return bad(
    name,
    'write the fire time as "{{timenow}}" makes it, such as 2026-01-31T12:00:00Z (with Z or an offset), or as unix seconds or milliseconds',
  );
}

function instantMs(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const parts = [
    year ?? 0,
    (month ?? 0) - 1,
    day ?? 0,
    hour ?? 0,
    minute ?? 0,
    second ?? 0,
  ] as const;
  const local = Date.UTC(...parts);
  const date = new Date(local);
  // Date.UTC carries 31 June over to 1 July; such a date was a mistake of the sender.
  const given = [date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()];
  if (given.some((value, index) => value !== parts[index + 1]) || parts[5] > 59) return undefined;
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? '0'), Number(match[10] ?? '0')];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  return local + milliseconds(match[7]) - (match[8] === '-' ? -offsetMs : offsetMs);
}

function milliseconds(fraction: string | undefined): number {
  return Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
}

function bad(name: string, remedy: string): Result<never, Refusal> {
  return err(refusal('bad-field', `${name} is not readable: ${remedy}.`));
}
