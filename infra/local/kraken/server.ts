/**
 * The simulated Kraken over HTTP or TLS, on this machine only. Requests are processed in the order
 * in which their bodies are complete, each in one go; what they changed is in the journal before the
 * answer leaves.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeControl, type KrakenControl, type SimulatedKey, type Wander } from './control.ts';
import { openMarkets, putKey } from './commands.ts';
import { addPast } from './past-prices.ts';
import { handleCommand, handleExpiry, handleRequest, type Exchange } from './engine.ts';
import { FaultList } from './faults.ts';
import { serve, type Shell } from './http-shell.ts';
import { memoryJournal, openJournal, type Journal } from './journal.ts';
import { emptyState } from './state.ts';
import { beginTurn, DEFAULT_RULES, type Rules, type Turn } from './turn.ts';

/** How to start the exchange. */
export interface KrakenOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Where the state is kept; absent: in memory. One process per directory. */
  readonly directory?: string;
  readonly clock?: { nowMs(): number };
  /** Keys that exist from the start; a key known from the directory keeps nonce and balances. */
  readonly accounts?: readonly SimulatedKey[];
  /** Choices where the real exchange is unknown; no rate limits unless they are given here. */
  readonly rules?: Partial<Rules>;
  /** Serves TLS with this key and certificate (PEM); absent: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Minutes of candles from before an exchange that is new; default none. */
  readonly pastMinutes?: number;
  /** Lets `tick()` move the prices. */
  readonly wander?: Wander;
  /** Calls beyond this many at once are throttled; default 100. */
  readonly maxInFlight?: number;
  /** How many lines of journal make a snapshot; default 20,000. */
  readonly linesPerSnapshot?: number;
}

/** A running exchange. */
export interface RunningKraken {
  readonly url: string;
  readonly port: number;
  readonly control: KrakenControl;
  close(): Promise<void>;
}

const DEFAULT_MAX_IN_FLIGHT = 100;
const DEFAULT_LINES_PER_SNAPSHOT = 20_000;
const KEEP_ALIVE_MS = 65_000;

/** Starts the exchange on 127.0.0.1. Throws when the port is taken or the directory is damaged. */
export async function startKraken(options: KrakenOptions): Promise<RunningKraken> {
  const running = openExchange(options);
  const timers = new Set<NodeJS.Timeout>();
  const later: Shell['later'] = (action, afterMs) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, afterMs);
    timers.add(timer);
  };
  const shell: Shell = {
    ...running,
    later,
    maxInFlight: options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
    inFlight: 0,
  };
  const server = makeServer(options, (request, response) => {
    void serve(shell, request, response).catch(() => response.socket?.destroy());
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    running.journal.close();
  };
  return { url: `${scheme}://127.0.0.1:${port}`, port, control: running.control, close };
}

/** State, journal and controls, without a way in. */
function openExchange(
  options: KrakenOptions,
): Pick<Shell, 'control' | 'faults' | 'clock' | 'process'> & { readonly journal: Journal } {
  const clock = options.clock ?? { nowMs: () => Date.now() };
  const { directory, linesPerSnapshot = DEFAULT_LINES_PER_SNAPSHOT, wander } = options;
  const { state, journal } =
    directory === undefined
      ? { state: emptyState(), journal: memoryJournal() }
      : openJournal({ directory, linesPerSnapshot });
  const exchange: Exchange = {
    state,
    rules: { ...DEFAULT_RULES, ...options.rules },
    lockouts: { byKey: new Map() },
    counters: { byName: new Map() },
  };
  const delays = { engineMs: 0, readLagMs: 0 };
  const faults = new FaultList();
  const run = (command: (turn: Turn) => void): void => {
    const at = { nowMs: clock.nowMs(), delays };
    journal.append(handleExpiry(exchange, at));
    journal.append(handleCommand(exchange, command, at));
  };
  const view = (): Turn => beginTurn({ ...exchange, nowMs: clock.nowMs(), delays }).turn;
  const process: Shell['process'] = (request, lateMs) => {
    const at = { nowMs: clock.nowMs(), delays: { ...delays, engineMs: delays.engineMs + lateMs } };
    const { answer, events } = handleRequest(exchange, request, at);
    journal.append(events);
    return answer;
  };
  run((turn) => addPast(turn, options.pastMinutes ?? 0));
  run(openMarkets);
  for (const key of options.accounts ?? []) run((turn) => putKey(turn, key));
  const walking = wander === undefined ? {} : { wander };
  const control = makeControl({ run, view, delays, faults, ...walking });
  return { control, faults, clock, process, journal };
}

function makeServer(options: KrakenOptions, listener: http.RequestListener): http.Server {
  const settings = { keepAlive: true, keepAliveTimeout: KEEP_ALIVE_MS };
  return options.tls === undefined
    ? http.createServer(settings, listener)
    : https.createServer({ ...settings, ...options.tls }, listener);
}

function listen(server: http.Server, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
