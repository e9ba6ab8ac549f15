/** How long a source may be silent, as it is written: `75m`, or by the bars of its chart. */
import { err, ok, type Result } from '../../functions/core/result.ts';
import type { Heartbeat } from '../../functions/core/config.ts';
import type { Said } from './fault.ts';
import { isWhat } from './said.ts';
import { readBar, readSilence, SILENCE_MAX_MS } from './values.ts';

/** `3 bars of 15m`. */
const BARS = /^([1-9]\d{0,4}) bars? of (.+)$/;

/** A bar's message comes after its end: TradingView takes seconds, and sends again within twenty. */
const BAR_SLACK_MS = 60_000;

/** `75m`, `4h` or `2d` as they are; `3 bars of 15m` is the time of the bars and a minute. */
export function readEvery(text: string): Result<Pick<Heartbeat, 'everyMs' | 'barMs'>, Said> {
  const [, count, length] = BARS.exec(text) ?? [];
  if (count === undefined || length === undefined) {
    if (/bar/i.test(text)) {
      const problem = `${isWhat(text)}: a silence in bars is how many, and how long one is`;
      return err({ problem, remedy: 'Write 3 bars of 15m.' });
    }
    const span = readSilence(text);
    return span.ok ? ok({ everyMs: span.value }) : span;
  }
  const bar = readBar(length);
  if (!bar.ok) return bar;
  const barMs = bar.value;
  const everyMs = Number(count) * barMs + BAR_SLACK_MS;
  // Shorter than three minutes no silence is told apart.
  if (everyMs < 3 * BAR_SLACK_MS) {
    return err({
      problem: `${isWhat(text)}: with its minute of slack it must be at least 3m`,
      remedy: `Write 2 bars of ${length}.`,
    });
  }
  if (everyMs > SILENCE_MAX_MS) {
    const most = Math.floor((SILENCE_MAX_MS - BAR_SLACK_MS) / barMs);
    const problem = `${isWhat(text)}: must be at most 31d`;
    return err({ problem, remedy: `Write ${most} bars of ${length} or less.` });
  }
  return ok({ everyMs, barMs });
}
