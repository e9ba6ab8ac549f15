/**
 * The order type settle-position: what is open on margin is paid off with what the account owns, at
 * what it had cost. So its size, its side and its cost follow from the lots that are open, and are
 * known before it goes out: never more than is open, never with Kraken's volume 0, and only where one
 * side alone is open, so that whatever Kraken takes its `type` for, nothing else can be settled. Pure.
 *
 * Sources: https://support.kraken.com/hc/en-us/articles/218741078 (what is paid, and that the first
 * opened is settled first) and https://docs.kraken.com/api/docs/rest-api/add-order
 */
import type { Account, Source } from '../config.ts';
import { HUNDRED, min, parseDecimal, plain, roundDown, roundUp, ZERO } from '../decimal.ts';
import type { Decimal } from '../decimal.ts';
import type { Balances } from './equity.ts';
import { freeOf } from './funds.ts';
import type { Pair } from '../market/pair.ts';
import type { OpenLot } from '../open-lots.ts';
import type { SizeStep } from '../order.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';
import { amountText } from './size-text.ts';
import { wishOf } from './size-wish.ts';

/** What is open on margin of the pair. */
export interface MarginView {
  /** The first opened first. */
  readonly lots: readonly OpenLot[];
  /** What strategies have to do with it, in words; none: it is nobody's. */
  readonly claims: readonly string[];
}

/** What a settlement is decided from. */
export interface SettleInput {
  readonly signal: Signal;
  readonly account: Account;
  readonly accountName: string;
  readonly source: Source;
  readonly pair: Pair;
  readonly balances: Balances;
  /** Absent: it was not read. */
  readonly margin?: MarginView;
}

/** What is settled. */
export interface Settlement {
  /** Base units, at most what is open. */
  readonly volume: Decimal;
  /** What that had cost, in the quote currency, rounded up. */
  readonly cost: Decimal;
  readonly steps: readonly SizeStep[];
}

/** Sizes and values a settlement, or says why there is none. */
export function settlementOf(input: SettleInput): Result<Settlement, Refusal> {
  const { signal, account, accountName, pair, margin } = input;
  const no = (sentence: string): Result<never, Refusal> => err(refusal('not-supported', sentence));
  if (account.mode === 'paper') {
    return no(
      `account ${accountName} trades on paper, where nothing is open on margin: there is no position to settle.`,
    );
  }
  if (margin === undefined) {
    return err(
      refusal('no-market-data', 'what is open on margin was not read: send the signal again.'),
    );
  }
  if (margin.claims.length > 0) {
    return no(
      `strategies are on margin in ${pair.name} (${margin.claims.join('; ')}), and what is settled would leave their books and stops behind: leave the position by "close" without a size; of a book that owns what is gone say so by npx harpoon books correct.`,
    );
  }
  const sides = new Set(margin.lots.map(({ side }) => side));
  const [side] = sides;
  if (side === undefined) {
    return no(`nothing of ${pair.name} is open on margin, so there is nothing to settle.`);
  }
  if (sides.size > 1) {
    return no(
      `${pair.name} is open long and short at once, so it is not known which Kraken would settle: settle it at Kraken.`,
    );
  }
  if (side !== signal.action) {
    return no(
      `the position of ${pair.name} is ${side === 'buy' ? 'long' : 'short'}: write "action": "${side}" to settle it.`,
    );
  }
  return sized(input, margin.lots);
}

function sized(input: SettleInput, lots: readonly OpenLot[]): Result<Settlement, Refusal> {
  const { pair } = input;
  const open = lots.reduce((sum, { volume }) => sum.plus(volume), ZERO);
  const wished = wishedVolume(input, open);
  if (!wished.ok) return wished;
  const volume = roundDown(wished.value, pair.lotDecimals);
  const numbers = { size: plain(volume), open: plain(open) };
  if (!volume.gt('0') || volume.gt(open)) {
    const sentence = `the size is ${amountText(volume, pair)}, and ${amountText(open, pair)} of ${pair.name} is open on margin: write an amount of at most that, or "100% position".`;
    return err(refusal('bad-size', sentence, numbers));
  }
  const cost = roundUp(costOf(lots, volume), pair.costDecimals);
  const steps = [
    { step: 'open on margin', value: amountText(open, pair) },
    { step: 'settled of it', value: amountText(volume, pair) },
    { step: 'which had cost, the first opened first', value: `${plain(cost)} ${pair.quote}` },
  ];
  return unpaid(input, { volume, cost }) ?? ok({ volume, cost, steps });
}

function wishedVolume({ signal, source }: SettleInput, open: Decimal): Result<Decimal, Refusal> {
  const size = wishOf(source.size, signal);
  const amount = parseDecimal(size?.amount ?? '');
  const isShare = size?.unit === 'position';
  if ((isShare || size?.unit === 'base') && amount.ok && amount.value.gt('0')) {
    return ok(isShare ? open.times(amount.value).div(HUNDRED) : amount.value);
  }
  const sentence =
    'a settlement is for an amount or a share of the position: write "size": "0.5", or "100% position", from a source with size: signal.';
  return err(refusal('bad-size', sentence));
}

/** What a volume had cost, the first opened first. */
function costOf(lots: readonly OpenLot[], volume: Decimal): Decimal {
  let [rest, cost] = [volume, ZERO];
  for (const lot of lots) {
    const part = min(rest, lot.volume);
    cost = cost.plus(lot.cost.times(part).div(lot.volume));
    rest = rest.minus(part);
  }
  return cost;
}

/** A long one is paid off in the quote currency, a short one with the base asset; there is no fee. */
function unpaid(
  { signal, pair, balances }: SettleInput,
  { volume, cost }: Pick<Settlement, 'volume' | 'cost'>,
): Result<never, Refusal> | undefined {
  const [asset, needed] = signal.action === 'buy' ? [pair.quote, cost] : [pair.base, volume];
  const free = freeOf(asset, balances);
  if (free.gte(needed)) return undefined;
  const shown = { needed: plain(needed), available: plain(free) };
  const sentence = `the settlement needs ${shown.needed} ${asset} and ${shown.available} ${asset} are free: write a smaller size, or add funds.`;
  return err(refusal('insufficient-funds', sentence, shown));
}
