/**
 * The public side of the exchange as a process meets it: answers that fail, that come out of a
 * cache, that leave a pair out, that show a price which never was, or that are refused because
 * there were too many questions.
 */
import type { Candle, PriceFeed, Quote } from '../../../functions/core/alerts/market.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import type { MarketMode, Pair } from '../../../functions/core/market/pair.ts';
import { pairNamed } from '../../fakes/price-feed.ts';
import type { Process, Surroundings } from '../process.ts';
import type { Random } from '../random.ts';
import type { AlertFaults } from './alert-faults.ts';
import type { MarketPair, Shown } from './market.ts';
import { priceOf } from './market.ts';

/** How old an answer out of a cache may be. */
const CACHE_MAX_MS = 40_000;
/** A price that never was is beyond what is believed at once, and is shown in one answer alone. */
const NEVER_HALVES = [700, 20] as const;
/** How what cannot be read is told: by the transport, or by Kraken. */
export const TROUBLES = [
  ...(['no answer for 10 s', 'HTTP 502: <html>', 'HTTP 520: <html>', 'cut JSON'] as const),
  ...(['EGeneral:Internal error', 'EService:Unavailable', 'EService:Busy'] as const),
] as const;

/** What a process was told by the ticker. */
export interface Told {
  readonly process: string;
  readonly atMs: number;
  readonly quotes: ReadonlyMap<string, Shown>;
}

/** The prices of a world. */
export class PriceRoom {
  readonly #around: Surroundings<AlertFaults>;
  readonly #faults: AlertFaults;
  readonly #random: Random;
  readonly #pairs: ReadonlyMap<string, MarketPair>;
  readonly #table: readonly Pair[];
  /** Minutes of which a price that never was has been shown. */
  readonly #faked = new Set<string>();
  /** Who wants to hear what processes are told. */
  onTold: (told: Told) => void = () => undefined;
  /** What each process was told last. */
  readonly told = new Map<string, Told>();

  constructor(
    around: Surroundings<AlertFaults>,
    options: {
      readonly faults: AlertFaults;
      readonly random: Random;
      readonly pairs: ReadonlyMap<string, MarketPair>;
    },
  ) {
    this.#around = around;
    this.#faults = options.faults;
    this.#random = options.random;
    this.#pairs = options.pairs;
    this.#table = [...options.pairs.keys()].map(pairNamed);
  }

  /** The feed of one process. */
  portFor(process: Process): PriceFeed {
    return {
      pairs: () =>
        process.call({
          port: 'feed.pairs',
          effect: () => this.#or('pair table unreadable', this.#table),
        }),
      mode: () => process.call({ port: 'feed.mode', effect: () => this.#mode() }),
      quotes: (pairs) =>
        process.call({
          port: 'feed.quotes',
          slowMs: 400,
          effect: () => this.#quotes(process, pairs),
        }),
      candles: ({ name }, minutes) =>
        process.call({
          ...{ port: 'feed.candles', slowMs: 400 },
          effect: () => this.#slowly(() => this.#candles(name, minutes)),
        }),
    };
  }

  #or<T>(kind: 'pair table unreadable' | 'mode unreadable' | 'ticker unreadable', value: T): T {
    if (this.#faults.lasts('prices away') || this.#faults.strikes(kind)) throw this.#trouble();
    return value;
  }

  #trouble(): ExchangeError {
    const text = this.#random.pick(TROUBLES);
    this.#around.seen.add(`trouble: ${text}`);
    const errors = text.startsWith('E') ? [text] : [];
    return new ExchangeError(text, { retryable: true, errors });
  }

  #mode(): MarketMode {
    const mode = this.#or('mode unreadable', 'online' as const);
    return this.#faults.lasts('exchange in maintenance') ? 'maintenance' : mode;
  }

  #quotes(process: Process, pairs: readonly Pair[]): ReadonlyMap<string, Quote> {
    const { scheduler } = this.#around;
    const faults = this.#faults;
    const asOfMs = this.#or('ticker unreadable', this.#asOf('ticker answered from a cache'));
    const hangsSinceMs = faults.since('ticker hangs');
    const quotes = new Map<string, Quote>();
    const told = new Map<string, Shown>();
    const [first] = this.#table;
    const isMissing = faults.lasts('pair is missing');
    for (const { name } of pairs) {
      const pair = this.#pairs.get(name);
      if (pair === undefined || (isMissing && name === first?.name)) continue;
      if (faults.strikes('ticker leaves a pair out')) continue;
      const shown = pair.shown(Math.min(asOfMs, hangsSinceMs ?? Infinity));
      told.set(name, shown);
      quotes.set(name, pair.quote(shown));
    }
    const all = { process: process.name, atMs: scheduler.nowMs, quotes: told };
    this.told.set(process.name, all);
    this.onTold(all);
    return quotes;
  }

  #asOf(kind: 'ticker answered from a cache' | 'candles answered from a cache'): number {
    const { nowMs } = this.#around.scheduler;
    const isOld = this.#faults.strikes(kind);
    return isOld ? nowMs - this.#faults.stream(kind).between(500, CACHE_MAX_MS) : nowMs;
  }

  #slowly<T>(make: () => T): T | Promise<T> {
    if (!this.#faults.strikes('candles answered slowly')) return make();
    const delayMs = this.#faults.stream('candles answered slowly').between(500, 9_000);
    return new Promise((resolve, reject) => {
      this.#around.scheduler.after(delayMs, () => {
        try {
          resolve(make());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  #candles(name: string, minutes: number): readonly Candle[] {
    const faults = this.#faults;
    if (faults.strikes('candles refused for their number')) {
      const text = 'EGeneral:Too many requests';
      throw new ExchangeError(text, { retryable: true, errors: [text] });
    }
    const isAway = faults.lasts('prices away') || faults.lasts('candles away');
    if (isAway || faults.strikes('candles unreadable')) throw this.#trouble();
    const pair = this.#pairs.get(name);
    if (pair === undefined) return [];
    const rows = pair.candles(this.#asOf('candles answered from a cache'), minutes);
    return minutes === 1 ? this.#disturbed(name, rows) : rows;
  }

  /** One of the newest rows has a high or a low that the next answer will not have. */
  #disturbed(name: string, rows: readonly Candle[]): readonly Candle[] {
    const kind = 'candles show a price that never was';
    if (!this.#faults.strikes(kind)) return rows;
    const at = rows.length - 1 - this.#faults.stream(kind).between(0, 2);
    const row = rows[at];
    if (row === undefined || this.#faked.has(`${name} ${row.atMs}`)) return rows;
    this.#faked.add(`${name} ${row.atMs}`);
    const [far, near] = NEVER_HALVES.map(priceOf);
    if (far === undefined || near === undefined) return rows;
    const isHigh = this.#faults.stream(kind).chance(500_000);
    this.#around.scheduler.trace(
      `${name}: no such ${isHigh ? 'high' : 'low'} at ${clockOf(row.atMs)}`,
    );
    const fake = isHigh ? { ...row, high: far } : { ...row, low: near };
    return rows.map((one, index) => (index === at ? fake : one));
  }
}

function clockOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 16);
}
