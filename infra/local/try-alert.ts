/**
 * What `npm start` prints about alerts: a command that moves the price of the embedded exchange
 * across the level of a rule of harpoon.yaml, and one that takes it back so that it can fire again.
 */
import type { Config } from '../../functions/core/config.ts';
import { decimal, HUNDRED, plain, roundDown, type Decimal } from '../../functions/core/decimal.ts';

/** Commands for one rule. */
export interface AlertTrial {
  readonly rule: string;
  readonly pair: string;
  /** Moves the price across the level. */
  readonly across: string;
  /** Takes it back beyond the band. */
  readonly back: string;
  /** The price is at the level or beyond it: `back` comes first. */
  readonly isBeyond: boolean;
  readonly cooldownMs: number;
}

/** Further from the level than any spread, and near enough not to be doubted as a fault of the feed. */
const BEYOND_PERCENT = decimal('1');

/**
 * The first rule whose only condition is that a price crosses a level which the exchange can be moved
 * across at once: one that it lists, and whose price is not so far away that it would be doubted.
 */
export function alertTrial(
  config: Config,
  exchange: { readonly krakenUrl: string; readonly prices: ReadonlyMap<string, string> },
): AlertTrial | undefined {
  for (const { conditions, hysteresis, cooldownMs, text } of config.alerts ?? []) {
    const [first, ...more] = conditions;
    const last = first === undefined ? undefined : exchange.prices.get(first.pair);
    if (first?.kind !== 'cross' || more.length > 0 || last === undefined) continue;
    const { level, pair } = first;
    const side = first.side === 'below' ? 'below' : 'above';
    const beyond = priceAt(decimal(level), side, BEYOND_PERCENT);
    const short = priceAt(
      decimal(level),
      side === 'above' ? 'below' : 'above',
      BEYOND_PERCENT.plus(hysteresis),
    );
    if (isFar(decimal(last), beyond)) continue;
    const command = (price: Decimal) =>
      `curl -sS ${exchange.krakenUrl}/control/price -H 'content-type: application/json' ` +
      `-d '{"pair":"${pair}","price":"${plain(price)}"}'`;
    const isBeyond = side === 'above' ? decimal(last).gte(level) : decimal(last).lte(level);
    return {
      ...{ rule: text, pair, isBeyond, cooldownMs },
      ...{ across: command(beyond), back: command(short) },
    };
  }
  return undefined;
}

/** The lines of the welcome; none without such a rule. */
export function alertTrialText(
  trial: AlertTrial | undefined,
  { gatewayUrl }: { readonly gatewayUrl: string },
): readonly string[] {
  if (trial === undefined) return [];
  const { rule, across, back, isBeyond, cooldownMs } = trial;
  const minutes = Math.max(1, Math.ceil(cooldownMs / 60_000));
  const pause = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return [
    `Try the alert "${rule}": ${isBeyond ? 'the price is there already, so take it back first (below), then ' : ''}move the price across its level.`,
    'Within a minute Slack and e-mail have one notification with a chart each, in the mailbox:',
    '',
    `  ${across}`,
    '',
    `It fires again when the price was back at the end of a minute, and ${pause} after the last time:`,
    '',
    `  ${back}`,
    '',
    `Not to wait for the next look:   curl -X POST ${gatewayUrl}/local/check-prices`,
    '',
  ];
}

/** So many percent above or below a level; four digits of the level are enough for every tick. */
function priceAt(level: Decimal, side: 'above' | 'below', percent: Decimal): Decimal {
  const part = level.times(percent).div(HUNDRED);
  return roundDown(side === 'above' ? level.plus(part) : level.minus(part), decimalsOf(level));
}

/** Decimals that show a percent of a price. */
function decimalsOf(level: Decimal): number {
  return Math.max(0, 3 - level.e);
}

/** The alert rules' own bound of doubt is a fifth. */
function isFar(last: Decimal, target: Decimal): boolean {
  return target.minus(last).abs().gt(last.times('0.19'));
}
