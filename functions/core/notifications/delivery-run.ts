/** What one run of delivering needs and keeps: its ports, its bounds, its counts. */
import type { PriceFeed } from '../alerts/market.ts';
import type { Config } from '../config.ts';
import type { Clock, Log, Outbox } from '../ports.ts';
import { ChannelPace } from './channel-pace.ts';
import { Pictures } from './message-picture.ts';
import type { ChartPainter, DeliveryLog, Notifier } from './ports.ts';

/** What delivering needs. */
export interface DeliverDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly deliveries: DeliveryLog;
  /** Takes what is told about deliveries that failed. */
  readonly outbox: Pick<Outbox, 'put'>;
  /** Reaches every channel of the configuration. */
  readonly notifier: Notifier;
  /** For pictures. */
  readonly feed: Pick<PriceFeed, 'pairs' | 'candles'>;
  readonly painter: ChartPainter;
  /**
   * Until when channels asked to be left alone, by name: runs that share it keep to that. It may be
   * lost at any time; what that costs is one message that is refused once more.
   */
  readonly rests?: Map<string, number>;
}

/** What a run did. A notice that goes to two channels counts twice. */
export interface DeliveryReport {
  /** Messages that a channel took. */
  messages: number;
  delivered: number;
  /** Tried, and to be tried again. */
  later: number;
  dead: number;
}

/**
 * Bounds of a run, from its beginning. The function has 60 s: a send that begins at the last moment
 * may take 10 s, and its record must still be written.
 */
const BOUNDS_MS = { picture: 30_000, claim: 40_000, send: 45_000 } as const;

/** One run. */
export interface DeliveryRun {
  readonly deps: DeliverDeps;
  readonly report: DeliveryReport;
  readonly pictures: Pictures;
  /** Nothing is claimed, and nothing sent, from these times on. */
  readonly claimUntilMs: number;
  readonly sendUntilMs: number;
  pace(channel: string): ChannelPace;
}

/** Begins a run. */
export function startRun(deps: DeliverDeps): DeliveryRun {
  const startMs = deps.clock.nowMs();
  const paces = new Map<string, ChannelPace>();
  const sendUntilMs = startMs + BOUNDS_MS.send;
  const newPace = (channel: string) =>
    new ChannelPace(deps.clock, { untilMs: sendUntilMs, freeAtMs: deps.rests?.get(channel) ?? 0 });
  return {
    deps,
    report: { messages: 0, delivered: 0, later: 0, dead: 0 },
    pictures: new Pictures(deps, startMs + BOUNDS_MS.picture),
    claimUntilMs: startMs + BOUNDS_MS.claim,
    sendUntilMs,
    pace(channel) {
      const pace = paces.get(channel) ?? newPace(channel);
      paces.set(channel, pace);
      return pace;
    },
  };
}
