/**
 * Rails that count over many orders - maxDaily, maxOrdersPerHour, cooldown - are checked by PREPARE
 * itself, so that of two orders at once only one is the last allowed one. Here is what is said when
 * PREPARE found them full: what was counted, and what would pass.
 */
import { decimal, plain, type Decimal } from '../decimal.ts';
import type { Rails } from '../config.ts';
import { parseMoney } from '../money.ts';
import type { PrepareResult, RiskClaim } from '../ports.ts';
import type { RailVerdict } from './rail-verdict.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { unreachable } from '../result.ts';

/** What PREPARE found full. */
export type ClaimFull = Extract<
  PrepareResult,
  { kind: 'daily-cap' | 'hourly-cap' | 'cooling-down' }
>;

/** Whether a counting rail is why there is no licence. */
export function isClaimFull(result: PrepareResult): result is ClaimFull {
  return ['daily-cap', 'hourly-cap', 'cooling-down'].includes(result.kind);
}

/** What was counted on an account so far, as somebody sees it who only looks. */
export interface Counted {
  /** Of the UTC day, in the currency of maxDaily. */
  readonly notional: Decimal;
  /** Of the UTC clock hour. */
  readonly orders: number;
  /** When the source last opened an order; absent: never. */
  readonly openedAtMs?: number;
}

/** What the counting rails would say now, for people: PREPARE counts for itself. */
export function claimVerdicts(
  counted: Counted,
  risk: RiskClaim,
  whose: { readonly account: string; readonly rails: Rails | undefined },
): readonly RailVerdict[] {
  const { notional, count, cooldown, atMs } = risk;
  const told = (verdict: Omit<RailVerdict, 'refusal'>, full: ClaimFull | undefined): RailVerdict =>
    full === undefined ? verdict : { ...verdict, refusal: claimRefusal(full, risk, whose) };
  const verdicts: RailVerdict[] = [];
  if (notional !== undefined) {
    const before = plain(counted.notional);
    const fits = counted.notional.plus(decimal(notional.add)).lte(notional.cap);
    const seen = () => `${notional.add} after ${before} today`;
    const verdict = { rail: 'maxDaily', limit: whose.rails?.maxDaily ?? '', seen };
    verdicts.push(told(verdict, fits ? undefined : { kind: 'daily-cap', counted: before }));
  }
  if (count !== undefined) {
    const seen = () => `${counted.orders} before it in this hour`;
    const verdict = { rail: 'maxOrdersPerHour', limit: String(count.cap), seen };
    const isFull = counted.orders >= count.cap;
    verdicts.push(told(verdict, isFull ? { kind: 'hourly-cap' } : undefined));
  }
  if (cooldown !== undefined) {
    const { openedAtMs } = counted;
    const agoS = openedAtMs === undefined ? undefined : Math.round((atMs - openedAtMs) / 1_000);
    const seen = () => (agoS === undefined ? 'no order before it' : `the last one ${agoS} s ago`);
    const verdict = { rail: 'cooldown', limit: `${cooldown.ms / 1_000} s`, seen };
    const isHot = openedAtMs !== undefined && openedAtMs > atMs - cooldown.ms;
    verdicts.push(told(verdict, isHot ? { kind: 'cooling-down', openedAtMs } : undefined));
  }
  return verdicts;
}

/** The refusal in numbers. */
export function claimRefusal(
  full: ClaimFull,
  risk: RiskClaim,
  { account, rails }: { readonly account: string; readonly rails: Rails | undefined },
): Refusal {
  switch (full.kind) {
    case 'daily-cap':
      return dayFull(full.counted, risk, { account, maxDaily: rails?.maxDaily ?? '' });
    case 'hourly-cap': {
      const most = String(risk.count?.cap ?? '');
      const next = clock(startOfNext(risk.atMs, 3_600_000));
      const sentence = `account ${account} had its ${most} orders of this hour (maxOrdersPerHour): send the signal again after ${next} UTC, or raise maxOrdersPerHour in harpoon.yaml.`;
      return refusal('too-many-orders', sentence, { maxOrdersPerHour: most });
    }
    case 'cooling-down': {
      const { source = '', ms = 0 } = risk.cooldown ?? {};
      const agoS = Math.max(0, Math.round((risk.atMs - full.openedAtMs) / 1_000));
      const until = clock(full.openedAtMs + ms);
      const sentence = `source ${source} placed an order on account ${account} ${agoS} s ago, and ${ms / 1_000} s must lie between two (cooldown): send the signal again after ${until} UTC, or shorten cooldown in harpoon.yaml.`;
      return refusal('cooling-down', sentence, {
        agoS: String(agoS),
        cooldownS: String(ms / 1_000),
      });
    }
    default:
      return unreachable(full);
  }
}

function dayFull(
  counted: string | undefined,
  { notional, atMs }: RiskClaim,
  { account, maxDaily }: { readonly account: string; readonly maxDaily: string },
): Refusal {
  const { add = '0', cap = '0' } = notional ?? {};
  const money = parseMoney(maxDaily);
  const currency = money.ok ? ` ${money.value.currency}` : '';
  const before = decimal(counted ?? '0');
  const left = decimal(cap).minus(before);
  const rest = left.gt('0') ? `at most ${plain(left)}${currency} more` : 'nothing more';
  const tomorrow = new Date(startOfNext(atMs, 86_400_000)).toISOString().slice(0, 10);
  const sentence = `the orders of this UTC day on account ${account} come to ${plain(before)}${currency}, this one adds ${add}${currency}, and together they may be worth ${maxDaily} (maxDaily): ${rest} passes today, the count begins anew on ${tomorrow}.`;
  return refusal('above-max-daily', sentence, { counted: plain(before), add, maxDaily: cap });
}

function startOfNext(atMs: number, lengthMs: number): number {
  return (Math.floor(atMs / lengthMs) + 1) * lengthMs;
}

/** `14:03:20`, on the day that is meant without saying so. */
function clock(atMs: number): string {
  return new Date(Math.ceil(atMs / 1_000) * 1_000).toISOString().slice(11, 19);
}
