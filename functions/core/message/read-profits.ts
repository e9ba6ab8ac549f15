/**
 * The take-profits of an order that opens a position: `2%`, or several with their shares,
 * `50% at 2%, 50% at 105000`. Shares are never guessed.
 */
import { HUNDRED, parseDecimal, plain, ZERO, type Decimal } from '../decimal.ts';
import { readFlag } from './field-values.ts';
import type { FieldText } from './message.ts';
import { readPlace, type PlaceContext } from './read-place.ts';
import { leavesWhole, refusalOfPlace, type StopContext } from './read-stop.ts';
import { no, type Fields } from './read-term.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Signal, SignalStop, SignalTakeProfit } from '../signal.ts';

/** How many an order may have. */
const TAKE_PROFITS_MAX = 5;

/** `50% at 2%`: the share, and where. */
const SHARED = /^(\S+)% ?(?:at|@) ?(.+)$/i;

const SHARES_SUCH = 'such as "50% at 2%, 50% at 105000"';

/** What the take-profits belong to: the order, and the stop that it brings. */
export interface ProfitContext extends StopContext {
  readonly stop: SignalStop | undefined;
}

/** What is read of them. */
export type Profits = Pick<Signal, 'takeProfits' | 'breakEven'>;

/** Reads `takeProfit` and `breakEven`. */
export function readProfits(fields: Fields, at: ProfitContext): Result<Profits, Refusal> {
  const [field, flag] = [fields.get('takeProfit'), fields.get('breakEven')];
  const asksBreakEven = readFlag(flag);
  if (!asksBreakEven.ok) return asksBreakEven;
  if (leavesWhole(at)) return ok({});
  const moved = asksBreakEven.value ? flag : undefined;
  if (field === undefined) {
    if (moved === undefined) return ok({});
    const sentence = `${moved.name} moves the stop when the first take-profit is reached: write "takeProfit" beside it, or leave it out.`;
    return no('missing-field', sentence);
  }
  const barred = refusalOfPlace(field, at, 'take-profit');
  if (barred !== undefined) return err(barred);
  const { action } = at.wish;
  const place = { from: 'entry', action, side: 'winning', atr: fields.get('atr') } as const;
  const takeProfits = readTakeProfits(field, place);
  if (!takeProfits.ok) return takeProfits;
  if (moved === undefined) return ok({ takeProfits: takeProfits.value });
  if (at.stop !== undefined && at.stop.type !== 'trailing-stop') {
    return ok({ takeProfits: takeProfits.value, breakEven: true });
  }
  const why = at.stop === undefined ? 'the order brings none' : 'one that trails moves by itself';
  const sentence = `${moved.name} moves a fixed stop to the entry, and ${why}: write "stopLoss": "2%", or leave ${moved.name} out.`;
  return no('ambiguous-field', sentence);
}

function readTakeProfits(
  { name, text }: FieldText,
  place: PlaceContext,
): Result<readonly SignalTakeProfit[], Refusal> {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > TAKE_PROFITS_MAX) {
    const sentence = `${name} has ${parts.length} take-profits, and an order has at most ${TAKE_PROFITS_MAX}: write fewer.`;
    return no('bad-price', sentence);
  }
  const takeProfits: SignalTakeProfit[] = [];
  let total: Decimal = ZERO;
  for (const part of parts) {
    const [, share, where] = SHARED.exec(part) ?? [];
    if (share === undefined && parts.length > 1) {
      const sentence = `${name} has several take-profits, and each needs its share of what is opened: write them ${SHARES_SUCH}.`;
      return no('bad-field', sentence);
    }
    const percent = parseDecimal(share ?? '100');
    if (!percent.ok || !percent.value.gt('0')) {
      const sentence = `${name} has a share that is not readable: write percentages above zero, ${SHARES_SUCH}.`;
      return no('bad-field', sentence);
    }
    const price = readPlace({ name, text: where ?? part }, place);
    if (!price.ok) return price;
    total = total.plus(percent.value);
    takeProfits.push({ price: price.value, share: plain(percent.value) });
  }
  if (total.lte(HUNDRED)) return ok(takeProfits);
  const sentence = `the shares of ${name} come to ${plain(total)}%, more than all of what is opened: write shares of at most 100% together, ${SHARES_SUCH}.`;
  return no('bad-size', sentence);
}
