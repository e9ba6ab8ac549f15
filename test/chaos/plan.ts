/**
 * What a run does, drawn from its seed before anything is started: the same numbers give the same
 * signals, copies, kills and faults at the same places. What the machine makes of them differs from
 * run to run, as processes and sockets do.
 */
import { Random } from '../simulation/random.ts';
import { CLOSED_MODES, FAULTS, READ_LAGS_MS, type NamedFault } from './trouble.ts';

/** What a run is asked for. */
export interface Wish {
  readonly signals: number;
  readonly kills: number;
  readonly seed: number;
  readonly short: boolean;
}

/** One signal and how often it is sent. */
export interface PlannedSignal {
  readonly id: string;
  /** Source and account: what happens to an order that is proved not to be at the exchange. */
  readonly source: 'notify' | 'resend';
  readonly type: 'market' | 'limit';
  /** Sent at the same time. */
  readonly copies: number;
  /** Too old to open risk: accepted, and not to be placed. */
  readonly isStale: boolean;
  /** Once more after the next restart. */
  readonly again: boolean;
  /** Once more with another body, which must be refused. */
  readonly forged: boolean;
}

/** A kill -9, so long after the work of its moment began; the machine then stays off for a while. */
export interface Kill {
  readonly kind: 'kill';
  readonly afterMs: number;
  readonly offMs: number;
}

/** What happens before a signal is sent. */
export type Trouble =
  | Kill
  | { readonly kind: 'fault'; readonly fault: NamedFault }
  | { readonly kind: 'read-lag'; readonly ms: number }
  | { readonly kind: 'mode'; readonly mode: 'online' | (typeof CLOSED_MODES)[number] };

/** A run. */
export interface Plan {
  readonly signals: readonly PlannedSignal[];
  /** By the number of the signal before which it happens. */
  readonly trouble: ReadonlyMap<number, readonly Trouble[]>;
  /** Kills while what is uncertain is being settled. */
  readonly lastKills: readonly Kill[];
}

const PER_MILLION = { stale: 30_000, again: 150_000, forged: 80_000, resend: 400_000 };
const MARKET = 250_000;
const COPIES = [1, 1, 2, 3, 4] as const;
/** A fault for every so many signals, and never fewer than there are kinds. */
const SIGNALS_PER_FAULT = 6;
const SIGNALS_PER_SPELL = 150;
/** Signals that come while reads lag, or while the exchange is closed. */
const LAGGING = 40;
const CLOSED = 4;

/** Draws the plan of a run. */
export function planOf(wish: Wish): Plan {
  const trouble = new Map<number, Trouble[]>();
  const put = (at: number, one: Trouble): void => {
    trouble.set(at, [...(trouble.get(at) ?? []), one]);
  };
  const place = new Random(wish.seed, 'places');
  const anywhere = (): number => place.between(0, wish.signals - 1);
  for (const fault of faultsOf(wish)) put(anywhere(), { kind: 'fault', fault });
  for (let at = 0; at + LAGGING < wish.signals; at += SIGNALS_PER_SPELL) {
    const from = at + place.between(0, Math.min(SIGNALS_PER_SPELL, wish.signals - at) - LAGGING);
    put(from, { kind: 'read-lag', ms: place.pick(READ_LAGS_MS) });
    put(from + LAGGING - 1, { kind: 'read-lag', ms: 0 });
    if (!place.chance(500_000)) continue;
    put(from, { kind: 'mode', mode: place.pick(CLOSED_MODES) });
    put(from + CLOSED, { kind: 'mode', mode: 'online' });
  }
  const kills = killsOf(wish);
  const atRest = Math.round(wish.kills / 3);
  const whileFiring = kills.slice(atRest);
  // Spread over the run, each at random within its stretch.
  const stretch = wish.signals / Math.max(1, whileFiring.length);
  for (const [index, kill] of whileFiring.entries()) {
    const from = Math.floor(index * stretch);
    put(place.between(from, Math.max(from, Math.floor((index + 1) * stretch) - 1)), kill);
  }
  return { signals: signalsOf(wish), trouble, lastKills: kills.slice(0, atRest) };
}

function signalsOf({ signals, seed }: Wish): readonly PlannedSignal[] {
  const draw = new Random(seed, 'signals');
  return Array.from({ length: signals }, (_, at) => ({
    id: `chaos-${at}`,
    source: draw.chance(PER_MILLION.resend) ? 'resend' : 'notify',
    type: draw.chance(MARKET) ? 'market' : 'limit',
    copies: draw.pick(COPIES),
    isStale: draw.chance(PER_MILLION.stale),
    again: draw.chance(PER_MILLION.again),
    forged: draw.chance(PER_MILLION.forged),
  }));
}

/** Every kind once before any comes twice, in a random order. */
function faultsOf({ signals, seed, short }: Wish): readonly NamedFault[] {
  const draw = new Random(seed, 'faults');
  const kinds = FAULTS.filter(({ isSlow }) => !(short && isSlow === true));
  const count = Math.max(kinds.length, Math.ceil(signals / SIGNALS_PER_FAULT));
  const drawn: NamedFault[] = [];
  while (drawn.length < count) {
    const left = [...kinds];
    while (left.length > 0) drawn.push(...left.splice(draw.between(0, left.length - 1), 1));
  }
  return drawn.slice(0, count);
}

/**
 * A stack that comes back at once finds the lanes of its keys held for 20 s by the process that was
 * killed; a short run has no time for that, and is always off for longer.
 */
function killsOf({ kills, seed, short }: Wish): readonly Kill[] {
  const draw = new Random(seed, 'kills');
  const offMs = short ? [25_000, 40_000, 120_000] : [0, 0, 5_000, 25_000, 120_000];
  return Array.from({ length: kills }, () => ({
    kind: 'kill',
    // Often amid the requests that were just sent, and as often amid what follows from them.
    afterMs: draw.chance(500_000) ? draw.between(0, 30) : draw.between(30, 800),
    offMs: draw.pick(offMs),
  }));
}
