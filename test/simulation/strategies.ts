/**
 * Worlds in which sources say where their strategies stand, and what was placed is followed to its
 * end: the exchange of such a world fills orders in parts, and every strategy has a book. One world
 * in some is such a one; what it draws beside comes from a stream of its own.
 */
import type { Account, Config, Source } from '../../functions/core/config.ts';
import type { Position, Stands } from './strategy-words.ts';
import { standWords } from './strategy-words.ts';
import { Random } from './random.ts';

/** Worlds in a million in which placed orders are followed. */
const FOLLOWED = 70_000;
/** Of those, worlds in a million in which a strategy may be short. */
const WITH_LEVERAGE = 500_000;
/** Of those, worlds in a million whose strategies bring stops, and such messages in them. */
const WITH_STOPS = 500_000;
const STOPPED = 700_000;
/** Of those, messages in a million with take-profits. */
const PROFITS = 600_000;
/** Messages in a million that nobody ever sends. */
const LOST = 60_000;

/** The strategies of a world, and where each of them stands. */
export class Strategies {
  readonly #random: Random;
  readonly #stands = new Map<string, Stands>();
  readonly #saidAtMs = new Map<string, number>();
  /** Draws who brings a stop; absent: nobody does. */
  readonly #stops: Random | undefined;
  readonly hasLeverage: boolean;

  constructor(random: Random, hasLeverage: boolean, stops?: Random) {
    this.#random = random;
    this.hasLeverage = hasLeverage;
    this.#stops = stops;
  }

  /** Whether some of what is said brings a stop. */
  get hasStops(): boolean {
    return this.#stops !== undefined;
  }

  /** Whether the source says where its strategy stands. */
  speaks(source: string): boolean {
    return TARGETS[source] !== undefined;
  }

  /** The strategy moves, and this is what is said of it; `isLost`: to nobody. */
  moved(source: string, nowMs: number): { readonly fields: StandFields; readonly isLost: boolean } {
    const random = this.#random;
    const was = this.#stands.get(source) ?? { position: 'flat', size: '0' };
    const next = this.#next(was);
    this.#stands.set(source, next);
    // No two of a strategy's messages bear the same time.
    const atMs = Math.max(nowMs, (this.#saidAtMs.get(source) ?? 0) + 1);
    this.#saidAtMs.set(source, atMs);
    const fields = { ...standWords(next, was), time: new Date(atMs).toISOString() };
    const more = this.hasLeverage ? { leverage: '2' } : {};
    const stop = this.#stops === undefined ? {} : protection(this.#stops);
    return { fields: { ...fields, ...more, ...stop }, isLost: random.chance(LOST) };
  }

  #next(was: Stands): Stands {
    const random = this.#random;
    // Now and then the same again, or too little to trade.
    if (random.chance(80_000)) return was;
    if (was.position !== 'flat' && random.chance(60_000)) {
      return { ...was, size: (Number(was.size) + 0.00005).toFixed(5) };
    }
    const isOut = was.position !== 'flat' && random.chance(350_000);
    if (isOut) return { position: 'flat', size: '0' };
    const stays = was.position !== 'flat' && random.chance(600_000);
    const position: Position = stays ? was.position : random.pick(['long', 'long', 'short']);
    return { position, size: `0.0${String(random.between(10, 150)).padStart(4, '0')}` };
  }
}

/** A stop, and take-profits that the market comes to now and then. */
function protection(random: Random): StandFields {
  if (!random.chance(STOPPED)) return {};
  const stopLoss = '2%';
  if (!random.chance(PROFITS)) return { stopLoss };
  const takeProfit = random.pick(['0.1%', '50% at 0.1%', '40% at 0.1%, 60% at 0.15%']);
  return { stopLoss, takeProfit, ...(random.chance(500_000) ? { breakEven: 'true' } : {}) };
}

/** What a message of a strategy says beside its id and symbol. */
export type StandFields = Readonly<Record<string, string>>;

/** The sources whose messages say where a strategy stands, and what they are sized by. */
const TARGETS: Readonly<Record<string, Pick<Source, 'size'>>> = {
  trend: { size: { kind: 'signal' } },
  both: { size: { kind: 'quote', amount: '500', currency: 'USD' } },
};

/** The strategies of a seed; undefined where nobody follows what is placed. */
export function strategiesOf(
  seed: number,
  world: {
    readonly isFree: boolean;
    readonly isAsked: boolean;
    /** Whether its strategies bring stops, whatever is drawn. */
    readonly isStopped: boolean;
  },
): Strategies | undefined {
  const random = new Random(seed, 'strategies');
  const isOne = random.chance(FOLLOWED) && world.isFree;
  if (!isOne && !world.isAsked) return undefined;
  const stops = new Random(seed, 'stops of strategies');
  const hasStops = stops.chance(WITH_STOPS) || world.isStopped;
  return new Strategies(random, random.chance(WITH_LEVERAGE), hasStops ? stops : undefined);
}

/** The configuration with sources that say where their strategies stand. */
export function strategyConfig(config: Config, { hasLeverage, hasStops }: Strategies): Config {
  const sources = Object.entries(config.sources).map(([name, source]): [string, Source] => {
    const target = TARGETS[name];
    if (target === undefined) return [name, source];
    const types = hasStops ? { types: ['market', 'stop-loss'] as const } : {};
    const allow = { ...types, ...(hasLeverage ? { leverage: '3' } : {}) };
    return [name, { ...source, ...target, allow, target: true }];
  });
  const accounts = Object.entries(config.accounts).map(([name, account]): [string, Account] => {
    const { rails } = account;
    // Leverage cannot open under a rail that does not see margin positions.
    if (!hasLeverage || rails === undefined) return [name, account];
    const { maxDailyLoss: _loss, ...rest } = rails;
    return [name, { ...account, rails: rest }] as const;
  });
  return {
    ...config,
    accounts: Object.fromEntries(accounts),
    sources: Object.fromEntries(sources),
  };
}
