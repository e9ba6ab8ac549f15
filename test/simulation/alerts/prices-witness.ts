/**
 * The witness of what is told about the prices themselves: trouble once, its end once, and a quote
 * that stands still for long is called so by whoever has watched it.
 */
import type { FeedState } from '../../../functions/core/alerts/state.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Court } from '../notices/notice-witness.ts';
import type { Shown } from './market.ts';
import type { PriceRoom, Told } from './price-room.ts';

/** Longer than what the product calls still, so that a poll more or less does not matter. */
const STILL_MS = 8 * 60_000;
const STILL_POLLS = 6;
/** A run is over sooner. */
const ASLEEP_MS = 60_000;
/** A pair that was still before for longer than this is a quiet one. */
const QUIET_MS = 4 * 60_000;

interface Still {
  readonly text: string;
  readonly sinceMs: number;
  readonly polls: number;
  readonly longestMs: number;
}

/** Watches the prices' own state. */
export class PricesWitness {
  readonly #court: Court & { nowMs(): number };
  readonly #seen: Set<string>;
  readonly #room: () => PriceRoom;
  /** By environment and pair. */
  readonly #still = new Map<string, Still>();
  #feed: FeedState | undefined;
  #toldMarket: 'ok' | 'no-data' | 'maintenance' = 'ok';
  readonly #toldPairs = new Set<string>();

  constructor(court: Court & { nowMs(): number }, seen: Set<string>, room: () => PriceRoom) {
    this.#court = court;
    this.#seen = seen;
    this.#room = room;
  }

  /** The state was written, with what is told. */
  written(after: FeedState, notices: readonly Notice[]): void {
    this.#feed = after;
    for (const { id } of notices) {
      const what = id.split(':').at(-1) ?? '';
      this.#seen.add(`prices: ${what}`);
      if (what === 'market-ok') {
        if (this.#toldMarket === 'ok') this.#wrong('an end is told of what began', id);
        this.#toldMarket = 'ok';
      } else if (what === 'no-data' || what === 'maintenance') {
        if (this.#toldMarket === what) this.#wrong('trouble is told once', id);
        this.#toldMarket = what;
      } else if (what === 'ended') {
        if (this.#toldPairs.size === 0) this.#wrong('an end is told of what began', id);
      } else if (what !== 'gap') this.#toldPairs.add(what);
    }
  }

  /** A process was told prices: a run on the same environment as those before it. */
  polled({ process, atMs, quotes }: Told): void {
    for (const [pair, shown] of quotes)
      this.#watch(`${environmentOf(process)} ${pair}`, shown, atMs);
  }

  /** A whole run has ended: what it was told has been looked at. */
  looked(process: string, isWatched: (pair: string) => boolean): void {
    const told = this.#room().told.get(process);
    const nowMs = this.#court.nowMs();
    // Whoever was frozen meanwhile says what was; others have gone on.
    if (told === undefined || nowMs - told.atMs > ASLEEP_MS) return;
    for (const pair of told.quotes.keys()) {
      const still = this.#still.get(`${environmentOf(process)} ${pair}`);
      if (still === undefined) continue;
      const isLong = told.atMs - still.sinceMs >= STILL_MS && still.polls >= STILL_POLLS;
      if (!isLong || still.longestMs >= QUIET_MS || !isWatched(pair)) continue;
      this.#seen.add('prices: stood still');
      const isKnown = this.#feed?.pairs[pair]?.trouble === 'stale';
      if (!isKnown && (this.#feed?.market ?? 'ok') === 'ok') {
        this.#wrong('a price that stands still is called so', pair);
      }
    }
  }

  #watch(key: string, { last, half, dayTrades }: Shown, nowMs: number): void {
    const text = `${last} ${half} ${dayTrades}`;
    const known = this.#still.get(key);
    const longestMs = known?.longestMs ?? 0;
    const next =
      known?.text === text
        ? { ...known, polls: known.polls + 1 }
        : {
            ...{ text, sinceMs: nowMs, polls: 0 },
            longestMs: Math.max(longestMs, known === undefined ? 0 : nowMs - known.sinceMs),
          };
    this.#still.set(key, next);
  }

  #wrong(promise: string, detail: string): void {
    this.#court.broken(promise, detail, detail);
  }
}

/** `check-12@watch-3` */
function environmentOf(process: string): string {
  return process.split('@')[1] ?? process;
}
