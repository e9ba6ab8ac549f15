/**
 * Worlds in which the senders use all of the language: order types, terms, sizes, leverage, halts;
 * and the accounts have the rails that look at such orders. One world in some is such a one; what
 * it draws beside comes from streams of its own.
 */
import type { Account, Config, Rails, Source } from '../../functions/core/config.ts';
import { ORDER_TYPES } from '../../functions/core/message/order-terms.ts';
import type { Pair } from '../../functions/core/market/pair.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import { Random } from './random.ts';
import type { Theme } from './themes.ts';

/** Worlds in a million that speak it. */
const SPEAKING = 100_000;

/** Worlds of a million in which somebody halts: halts may flatten. */
const FLATTENING = 800_000;

/** Worlds in a million in which senders change orders of theirs; all of these speak the language. */
const AMENDING = 20_000;

/** Where nobody knows what became of a change, for long. */
const LOST_CHANGES: Theme = {
  insist: [
    ...(['order answer lost', 'order request lost', 'order reaches the engine late'] as const),
    ...(['order answer unreadable', 'reads lag'] as const),
  ],
};

/** What a world that speaks the language has beside. */
export interface Language {
  readonly random: Random;
  /** Nobody halts, and no limit is reached. */
  readonly isCalm: boolean;
  readonly halts: boolean;
  /** Senders take orders of theirs back. */
  readonly recalls: boolean;
  /** Senders change orders of theirs. */
  readonly amends: boolean;
  /** Halts may sell what the accounts hold, of which the exchange then keeps count. */
  readonly flattens: boolean;
  /** From this time on the account is worth less than its daily loss allows. */
  readonly lossAtMs: number | undefined;
}

/** The pairs of such a world: the one that everybody trades, with leverage. */
export const MARGIN_PAIRS: readonly Pair[] = [
  { ...BTC_USD, leverageBuy: [2, 3], leverageSell: [2, 3] },
];

/** Whether senders of a seed change orders of theirs, and what goes wrong there whatever is drawn. */
export function amendsOf(seed: number): {
  readonly isDrawn: boolean;
  readonly theme: Theme | undefined;
} {
  const random = new Random(seed, 'amends');
  const isDrawn = random.chance(AMENDING);
  return { isDrawn, theme: isDrawn && random.chance(500_000) ? LOST_CHANGES : undefined };
}

/** The language of a seed; undefined where the senders know market and limit orders alone. */
export function languageOf(
  seed: number,
  world: {
    readonly isCalm: boolean;
    readonly startMs: number;
    readonly isAsked: boolean;
    readonly isSold: boolean;
    readonly isAmended: boolean;
  },
): Language | undefined {
  const random = new Random(seed, 'language');
  const { isCalm, startMs } = world;
  const { isDrawn } = amendsOf(seed);
  const amends = !isCalm && (isDrawn || world.isAmended);
  const speaks = random.chance(SPEAKING) || world.isAsked || world.isSold || amends;
  if (!speaks) return undefined;
  const isAsked = world.isAsked || world.isSold;
  const halts = !isCalm && (random.chance(600_000) || isAsked);
  const loses = !isCalm && random.chance(150_000);
  const lossAtMs = loses ? startMs + random.between(60_000, 20 * 60_000) : undefined;
  const recalls = halts && (random.chance(700_000) || isAsked);
  const flattens = halts && (new Random(seed, 'flattens').chance(FLATTENING) || world.isSold);
  return { random, isCalm, halts, recalls, amends, flattens, lossAtMs };
}

/** The configuration of the world with what the language needs. */
export function spokenConfig(config: Config, language: Language): Config {
  const { random, isCalm, lossAtMs, flattens: flatten } = language;
  const accounts = Object.entries(config.accounts).map(([name, account]) => {
    const rails = isCalm ? undefined : spokenRails(name, lossAtMs !== undefined, random);
    return [name, withRails(account, rails)] as const;
  });
  const sources = Object.entries(config.sources).map(([name, source]): [string, Source] => {
    const types = isCalm || random.chance(850_000) ? ORDER_TYPES : (['market', 'limit'] as const);
    const allow = { types, leverage: '3', ...(flatten ? { flatten } : {}) };
    return [name, { ...source, size: { kind: 'signal' }, allow }];
  });
  return {
    ...config,
    accounts: Object.fromEntries(accounts),
    sources: Object.fromEntries(sources),
  };
}

/** Leverage cannot open under a rail that does not see margin positions, so a calm world has none. */
function withRails(account: Account, more: Partial<Rails> | undefined): Account {
  const { rails } = account;
  if (rails === undefined) return account;
  const { maxDailyLoss: _loss, ...rest } = rails;
  return { ...account, rails: more === undefined ? rest : { ...rails, ...more } };
}

function spokenRails(name: string, loses: boolean, random: Random): Partial<Rails> {
  const of = <T>(perMillion: number, rail: T): T | undefined =>
    random.chance(perMillion) ? rail : undefined;
  const one: Partial<Rails> = {
    ...of(350_000, { maxOpenOrders: random.between(1, 6) }),
    ...of(350_000, { cooldownMs: random.pick([10_000, 60_000, 240_000]) }),
    ...of(150_000, { maxOrdersPerHour: random.between(3, 12) }),
    ...of(150_000, { types: ORDER_TYPES.filter((type) => !type.startsWith('trailing')) }),
    ...of(150_000, { maxPriceDeviation: '0.5' }),
    ...(loses ? { maxDailyLoss: '1000000 USD' } : {}),
  };
  // What refuses nearly everything stands on an account whose source trades on another one too.
  if (name !== 'twin') return one;
  return {
    ...one,
    ...of(150_000, { sides: ['sell'] as const }),
    ...of(80_000, { maxSpread: '0.001' }),
    ...of(80_000, { maxPosition: '1000 USD' }),
  };
}
