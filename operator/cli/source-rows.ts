/** The sources that should speak, as `harpoon status` shows them. */
import { dynamoSourceWatches } from '../../functions/adapters/dynamo/source-watches.ts';
import type { Heartbeat } from '../../functions/core/config.ts';
import { readableSpan } from '../../functions/core/notifications/times.ts';
import { judgeSilence, LOOK_GAP_MS } from '../../functions/core/silence/judge-silence.ts';
import type { WatchedSource } from '../../functions/core/silence/source-watches.ts';
import { expectedSources } from '../../functions/core/silence/watch-sources.ts';
import type { Installation } from './installation.ts';
import { utcMinute } from './order-words.ts';
import { tableLines, type Cell, type Paint } from './paint.ts';
import { isoTime } from './times.ts';

/** How a source stands. */
export interface SourceStanding {
  readonly name: string;
  readonly heartbeat: Heartbeat;
  readonly heardAtMs?: number;
  /** unwatched: nobody looked yet, or not for a while. */
  readonly state: 'heard' | 'silent' | 'unwatched';
  /** Only of one that is silent. */
  readonly sinceMs?: number;
}

/** The sources with a heartbeat, as the next look would find them. */
export async function sourceStandings(
  installation: Pick<Installation, 'table' | 'config' | 'clock'>,
): Promise<readonly SourceStanding[]> {
  const { table, config, clock } = installation;
  const watches = dynamoSourceWatches(table);
  return Promise.all(
    expectedSources(config.sources).map(async ({ name, heartbeat }) => {
      const known = await watches.read(name);
      return { name, heartbeat, ...standing(known, heartbeat, clock.nowMs()) };
    }),
  );
}

/** Judged as the minute's job does, and kept nowhere. */
export function standing(
  known: Pick<WatchedSource, 'heardAtMs' | 'watch'>,
  { everyMs }: Pick<Heartbeat, 'everyMs'>,
  nowMs: number,
): Pick<SourceStanding, 'heardAtMs' | 'state' | 'sinceMs'> {
  const { watch, heardAtMs } = known;
  const heard = heardAtMs === undefined ? {} : { heardAtMs };
  const { silence } = judgeSilence({ ...known, allowedMs: everyMs, nowMs }).watch;
  if (silence !== undefined) return { ...heard, state: 'silent', sinceMs: silence.sinceMs };
  const isWatched = watch !== undefined && nowMs - watch.lookedAtMs <= LOOK_GAP_MS;
  return { ...heard, state: isWatched ? 'heard' : 'unwatched' };
}

/** A table of them; nothing where no source has a heartbeat. */
export function sourceLines(
  sources: readonly SourceStanding[],
  nowMs: number,
  paint: Paint,
): readonly string[] {
  if (sources.length === 0) return [];
  const rows = sources.map(({ name, heartbeat, heardAtMs, ...one }): readonly Cell[] => [
    ...[name, heardAtMs === undefined ? 'never' : utcMinute(heardAtMs)],
    ...[readableSpan(heartbeat.everyMs), stateCell(one, nowMs)],
  ]);
  const table = tableLines(['SOURCE', 'LAST HEARD (UTC)', 'ALLOWED', 'STATE'], rows, paint);
  return ['Sources that should speak:', ...table.map((line) => `  ${line}`), ''];
}

function stateCell(
  { state, sinceMs = 0 }: Pick<SourceStanding, 'state' | 'sinceMs'>,
  nowMs: number,
): Cell {
  switch (state) {
    case 'heard':
      return { text: 'heard', look: ({ good }) => good };
    case 'silent':
      return { text: `SILENT for ${readableSpan(nowMs - sinceMs)}`, look: ({ bad }) => bad };
    case 'unwatched':
      return { text: 'not watched in the last minutes', look: ({ bad }) => bad };
  }
}

/** One of them for programs. */
export function sourceJson({ name, heartbeat, heardAtMs, state, sinceMs }: SourceStanding) {
  return {
    ...{ source: name, state, lastHeard: isoTime(heardAtMs), silentSince: isoTime(sinceMs) },
    ...{ allowedMs: heartbeat.everyMs, onSilence: heartbeat.onSilence },
  };
}
