/**
 * Once a minute: looks whether the sources that should speak do. A silence is told once, and once
 * that it ended, each in the transaction that remembers it. Where the configuration says so, entries
 * of a source that fell silent are then cancelled; on an account that is halted nothing is.
 */
import { allEnded } from '../all-ended.ts';
import type { Heartbeat, Source } from '../config.ts';
import type { Notice } from '../notices/notice.ts';
import { entriesWaitNotice, heardAgainNotice, silentNotice } from '../notices/silence-notice.ts';
import { WAITING_TOLD_MS } from '../protocol.ts';
import { cancelEntries, type CancelEntriesDeps } from './cancel-entries.ts';
import { judgeSilence, type Silence, type Watch } from './judge-silence.ts';
import type { SourceWatches } from './source-watches.ts';

/** What watching needs. */
export interface WatchSourcesDeps extends CancelEntriesDeps {
  readonly watches: SourceWatches;
}

/** A source whose silence is watched. */
export interface ExpectedSource {
  readonly name: string;
  readonly source: Source;
  readonly heartbeat: Heartbeat;
}

/** A look that was kept. */
interface Look {
  readonly expected: ExpectedSource;
  readonly watch: Watch;
  readonly version: number;
}

/** The sources whose silence is to be told. */
export function expectedSources(
  sources: Readonly<Record<string, Source>>,
): readonly ExpectedSource[] {
  return Object.entries(sources).flatMap(([name, source]) => {
    const { heartbeat } = source;
    return heartbeat === undefined ? [] : [{ name, source, heartbeat }];
  });
}

/**
 * Looks once at every source. No account is asked for what is to be cancelled after `untilMs`. One
 * source's trouble never stops the others; the first is thrown in the end.
 */
export async function watchSources(deps: WatchSourcesDeps, untilMs: number): Promise<void> {
  const looks: Look[] = [];
  const failures: unknown[] = [];
  for (const expected of expectedSources(deps.config.sources)) {
    try {
      const kept = await lookAt(expected, deps);
      if (kept !== undefined) looks.push(kept);
    } catch (error) {
      failures.push(error);
      deps.log.error('source-not-watched', { source: expected.name, error: String(error) });
    }
  }
  // Every silence is told before any account is asked: Kraken may be slow.
  for (const look of looks) await cancelWhatWaits(look, untilMs, deps);
  if (failures.length > 0) throw failures[0];
}

/** Judges, and keeps what it came to; undefined: another run looked meanwhile, and told it. */
async function lookAt(expected: ExpectedSource, deps: WatchSourcesDeps): Promise<Look | undefined> {
  const { name, heartbeat } = expected;
  const { watches, clock, config, log } = deps;
  const known = await watches.read(name);
  const atMs = clock.nowMs();
  const judged = judgeSilence({ ...known, allowedMs: heartbeat.everyMs, nowMs: atMs });
  const { event } = judged;
  let { watch } = judged;
  let notice: Notice | undefined;
  if (event.kind === 'fell-silent') {
    const accounts = await accountsOf(expected, deps);
    watch = withCancels(watch, accounts.cancelOn);
    notice = silentNotice(expected, { ...known, ...event, ...accounts }, { config, atMs });
  } else if (event.kind === 'heard-again') {
    notice = heardAgainNotice(expected, event, { config, atMs });
  }
  const told = notice === undefined ? {} : { notice };
  if ((await watches.keep(name, known.version, { watch, ...told })) === 'lost') return undefined;
  if (event.kind !== 'none') log.warn('source-silence', { source: name, what: event.kind });
  return { expected, watch, version: known.version + 1 };
}

/** Accounts of a source that fell silent: those whose entries go, and those that are halted. */
async function accountsOf(
  { source, heartbeat }: ExpectedSource,
  { switches }: WatchSourcesDeps,
): Promise<{ readonly cancelOn: readonly string[]; readonly haltedOn: readonly string[] }> {
  if (heartbeat.onSilence !== 'cancel-entries') return { cancelOn: [], haltedOn: [] };
  const { accounts } = source;
  const readings = await allEnded(accounts.map((account) => switches.read(account)));
  return {
    cancelOn: accounts.filter((_account, at) => readings[at]?.kind === 'on'),
    haltedOn: accounts.filter((_account, at) => readings[at]?.kind !== 'on'),
  };
}

/** Tries each account that waits; one that cannot be asked waits for the next minute. */
async function cancelWhatWaits(
  { expected, watch, version }: Look,
  untilMs: number,
  deps: WatchSourcesDeps,
): Promise<void> {
  const { silence } = watch;
  if (silence?.cancelOn === undefined) return;
  const left: string[] = [];
  for (const account of silence.cancelOn) {
    const isDone =
      deps.clock.nowMs() < untilMs && (await cancelOn(account, expected, silence, deps));
    if (!isDone) left.push(account);
  }
  // Lost to another run: that one cancels again, which is harmless.
  await deps.watches.keep(expected.name, version, { watch: withCancels(watch, left) });
}

async function cancelOn(
  account: string,
  expected: ExpectedSource,
  { sinceMs }: Silence,
  deps: WatchSourcesDeps,
): Promise<boolean> {
  const { config, clock, outbox, log } = deps;
  const { name, heartbeat } = expected;
  try {
    await cancelEntries({ source: name, account }, deps);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.warn('entries-not-cancelled', { source: name, account, why });
    const atMs = clock.nowMs();
    if (atMs < sinceMs + heartbeat.everyMs + WAITING_TOLD_MS) return false;
    const waits = { account, sinceMs, why };
    await outbox.put(entriesWaitNotice(expected, waits, { config, atMs }));
    return false;
  }
}

function withCancels({ silence, ...watch }: Watch, cancelOn: readonly string[]): Watch {
  if (silence === undefined) return watch;
  const { sinceMs } = silence;
  return { ...watch, silence: cancelOn.length === 0 ? { sinceMs } : { sinceMs, cancelOn } };
}
