/**
 * Single values of a message. Each reader takes the text that was sent and gives a value or the
 * sentence that says what to write instead. Numbers are never floats.
 */
import { HUNDRED, parseDecimal, plain } from '../decimal.ts';
import { either } from './order-terms.ts';
import { distanceText, parsePriceText } from './price-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { FieldText } from './message.ts';
import type { MarketPosition, SelfTrade, SignalSize, TimeInForce } from '../signal.ts';

/** What a size can be a share of, by the word behind its percent sign. */
const SHARES = {
  '': 'percent',
  equity: 'percent',
  available: 'available',
  position: 'position',
  risk: 'risk',
} as const;

const [TRUE, FALSE] = [new Set(['true', '1', 'yes']), new Set(['false', '0', 'no'])];

/** `0.5`, `0.5:1`, `5x`: leverage. One means none. */
const LEVERAGE = /^([0-9.]+)(?:x|:1)?$/i;

/** A price as decimal text above zero. */
export function readPrice(field: FieldText): Result<string, Refusal> {
  const price = parseDecimal(field.text);
  if (!price.ok) return bad(field.name, price.error);
  if (price.value.gt('0')) return ok(plain(price.value));
  return err(refusal('bad-price', `${field.name} must be above zero.`));
}

/**
 * A price, or a signed distance from another: `98000`, `-2%`, `+50`, `last-50`. A plain `-50` is
 * what a calculation gone wrong looks like too, so it is no distance unless a word says from where.
 */
export function readPriceOrDistance(
  from: 'last' | 'trigger',
): (field: FieldText) => Result<string, Refusal> {
  return (field) => {
    const { name, text } = field;
    const named = new RegExp(`^${from}([+-].*)$`, 'i').exec(text)?.[1];
    if (named !== undefined) return readDistance({ name, text: named });
    if (/^-[0-9.]+$/.test(text)) {
      const sentence = `${name} must be above zero; for a distance write -2%, or ${from}${text} for so much below the ${from === 'last' ? 'last price' : 'trigger'}.`;
      return err(refusal('bad-price', sentence));
    }
    if (/^[+-]/.test(text)) return readDistance(field);
    if (!text.endsWith('%')) return readPrice(field);
    return bad(name, 'a distance needs a sign: write it as -2% or +2%');
  };
}

/** A signed distance: `-2%`, `+50`. */
export function readDistance({ name, text }: FieldText): Result<string, Refusal> {
  const distance = parsePriceText(text);
  if (!distance.ok || distance.value.kind === 'price') {
    return bad(name, 'write a distance with its sign, above zero, such as -2% or +50');
  }
  const { sign, isPercent, amount } = distance.value;
  if (sign === '-' && isPercent && amount.gte(HUNDRED)) {
    return err(refusal('bad-price', `${name} leaves no price: write less than -100%.`));
  }
  return ok(distanceText(distance.value));
}

/** How far a trailing stop stays behind the market: `+50`, `+2%` or `2%`, never a bare number. */
export function readTrail({ name, text }: FieldText): Result<string, Refusal> {
  const written = /^[0-9.]+%$/.test(text) ? `+${text}` : text;
  if (!written.startsWith('+')) {
    return bad(name, 'a trailing stop keeps a distance: write it as +2% or +50');
  }
  const distance = readDistance({ name, text: written });
  // What is followed downwards by as much would reach zero.
  const downwards = readDistance({ name, text: written.replace('+', '-') });
  return downwards.ok ? distance : downwards;
}

/** A volume in base units, above zero. */
export function readVolume({ name, text }: FieldText): Result<string, Refusal> {
  const volume = parseDecimal(text);
  if (!volume.ok) return bad(name, volume.error);
  if (volume.value.gt('0')) return ok(plain(volume.value));
  return err(refusal('bad-size', `${name} must be above zero.`));
}

/** `0.5`, `100 USD`, `10%`, `50% available`, `100% position` or `1% risk`. */
export function readSize({ name, text }: FieldText): Result<SignalSize, Refusal> {
  const [, number = '', percent, share = '', currency] =
    /^(\S+?)(?:(%)(?: (?:of )?([A-Za-z]+))?| ([A-Za-z][A-Za-z0-9]{1,9}))?$/.exec(text) ?? [];
  const amount = parseDecimal(number);
  const word = share.toLowerCase();
  if (!amount.ok || !Object.hasOwn(SHARES, word)) {
    return bad(
      name,
      'write the size as 0.5 (of the base asset), 100 USD, 10% (of the equity), 50% available, 100% position or 1% risk',
    );
  }
  if (!amount.value.gt('0')) {
    return err(refusal('bad-size', `${name} must be above zero.`));
  }
  const plainAmount = plain(amount.value);
  if (currency !== undefined) {
    return ok({ unit: 'quote', amount: plainAmount, currency: currency.toUpperCase() });
  }
  if (percent === undefined) return ok({ unit: 'base', amount: plainAmount });
  if (amount.value.gt(HUNDRED)) {
    return err(refusal('bad-size', `${name} must be at most 100%.`));
  }
  return ok({ unit: SHARES[word as keyof typeof SHARES], amount: plainAmount });
}

/** `true` or `false` in any case, as senders in other languages write it; also `yes` or `no`. */
export function readFlag(field: FieldText | undefined): Result<boolean, Refusal> {
  const word = field?.text.toLowerCase();
  if (word === undefined || FALSE.has(word)) return ok(false);
  if (TRUE.has(word)) return ok(true);
  return bad(field?.name ?? '', 'write true or false');
}

/** How long the order stays. */
export function readTimeInForce(field: FieldText): Result<TimeInForce, Refusal> {
  return oneOf(field, field.text.toUpperCase(), ['GTC', 'IOC', 'FOK', 'GTD']);
}

/** Which price of Kraken triggers. */
export function readTrigger(field: FieldText): Result<'last' | 'index', Refusal> {
  return oneOf(field, field.text.toLowerCase(), ['last', 'index']);
}

/** Which of two own orders gives way. */
export function readSelfTrade(field: FieldText): Result<SelfTrade, Refusal> {
  const word = field.text.toLowerCase().replace(/[\s_]/g, '-');
  return oneOf(field, word, ['cancel-newest', 'cancel-oldest', 'cancel-both']);
}

/** Leverage of at least 2 as decimal text; undefined for 1, which is none. */
export function readLeverage({ name, text }: FieldText): Result<string | undefined, Refusal> {
  const leverage = parseDecimal(LEVERAGE.exec(text)?.[1] ?? '');
  if (leverage.ok && leverage.value.eq('1')) return ok(undefined);
  if (leverage.ok && leverage.value.gte('2')) return ok(plain(leverage.value));
  return bad(name, 'write the leverage as 2, 3x or 5:1, or leave it out for none');
}

/** `{{strategy.market_position}}`. */
export function readMarketPosition(field: FieldText): Result<MarketPosition, Refusal> {
  return oneOf(field, field.text.toLowerCase(), ['long', 'flat', 'short']);
}

function oneOf<const W extends string>(
  { name }: FieldText,
  word: string,
  words: readonly W[],
): Result<W, Refusal> {
  const found = words.find((one) => one === word);
  return found === undefined ? bad(name, `write ${either(words)}`) : ok(found);
}

function bad(name: string, remedy: string): Result<never, Refusal> {
  return err(refusal('bad-field', `${name} is not readable: ${remedy}.`));
}
