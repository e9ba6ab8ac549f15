/**
 * The use case raise-signals: hands the signals that alert rules have raised to the path that every
 * signal takes, with the same rails, switches and records. It may hand one over twice, and the id
 * makes the second a duplicate; it takes one off the list only when the first is durable.
 */
import type { Source } from '../config.ts';
import { sha256 } from '../hash.ts';
import type { Notice } from '../notices/notice.ts';
import type { ParsedSignal } from '../message/parse-signal.ts';
import { receiveForAccounts, type RecordSignalDeps } from '../receive/receive-signal.ts';
import type { Refusal } from '../refusal.ts';
import { err, type Result } from '../result.ts';
import { refusalOfFuture } from '../receive/signal-verdict.ts';
import type { AlertStore, RaisedSignal } from './ports.ts';
import { readRaised } from './rule-signal.ts';

/** Handed over in one run; the rest waits for the next. */
const SIGNALS_MAX = 100;

/** What the use case works with. */
export interface RaiseSignalsDeps extends RecordSignalDeps {
  readonly alerts: Pick<AlertStore, 'raised' | 'handedOver'>;
}

/** What became of them. */
export interface SignalsRaised {
  /** On record, each with what was decided about it. */
  readonly handedOver: number;
  /** Not a signal that can be recorded; the person was told. */
  readonly refused: number;
}

/** Hands over what waits, oldest first. Throws when something could not be stored. */
export async function raiseSignals(deps: RaiseSignalsDeps): Promise<SignalsRaised> {
  let [handedOver, refused] = [0, 0];
  for (const raised of await deps.alerts.raised(SIGNALS_MAX)) {
    const nowMs = deps.clock.nowMs();
    const source = deps.config.sources[raised.source];
    const parsed = read(raised, source, nowMs);
    if (parsed.ok && source !== undefined) {
      const named = { name: raised.source, source };
      const { status } = await receiveForAccounts(parsed.value, named, nowMs, deps);
      deps.log.info('signal-raised', { id: raised.id, source: raised.source, status });
      handedOver += 1;
    } else if (!parsed.ok) {
      deps.log.warn('raised-signal-refused', { id: raised.id, code: parsed.error.code });
      await deps.outbox.put(refusedNotice(raised, parsed.error, source, nowMs));
      refused += 1;
    }
    await deps.alerts.handedOver(raised, deps.clock.nowMs());
  }
  return { handedOver, refused };
}

/** The signal, unless it says that it comes from the future. */
function read(
  raised: RaisedSignal,
  source: Source | undefined,
  nowMs: number,
): Result<ParsedSignal, Refusal> {
  const parsed = readRaised(raised, source);
  if (!parsed.ok) return parsed;
  const future = refusalOfFuture(parsed.value.signal, nowMs);
  return future === undefined ? parsed : err(future);
}

function refusedNotice(
  raised: RaisedSignal,
  { code, sentence }: Refusal,
  source: Source | undefined,
  atMs: number,
): Notice {
  return {
    ...{ id: `raised:${sha256(JSON.stringify([raised.source, raised.id]))}`, atMs },
    ...{ urgency: 'warning', channels: source?.notify ?? [], subject: 'order' },
    title: `Not traded: the signal of an alert rule was refused (${code})`,
    text: `Rule firing ${raised.id} for source ${raised.source}: ${sentence} Nothing was recorded or traded; correct the rule.`,
    command: 'npx harpoon alerts list',
  };
}
