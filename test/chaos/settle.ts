/** The second half of a run: what is uncertain is settled, while the stack is killed some more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, isUncertain } from '../../functions/core/order-state.ts';
import type { Plan } from './plan.ts';
import type { Stack } from './stack.ts';
import type { Row } from './verdict.ts';

const GIVE_UP_MS = { patient: 15 * 60_000, short: 5 * 60_000 };
const LOOK_EVERY_MS = 2_000;
/** A wait that is shorter than a restart is waited for. */
const WORTH_SLEEPING_MS = 5_000;
const SLEEP_MAX_MS = 5 * 60_000;

/** Runs the minute's job until every row is final, or until the time is up. */
export async function settle(
  { lastKills }: Plan,
  stack: Stack,
  { short }: { readonly short: boolean },
): Promise<{ readonly kills: number; readonly sleeps: number; readonly gaveUp: boolean }> {
  const untilMs = performance.now() + (short ? GIVE_UP_MS.short : GIVE_UP_MS.patient);
  await stack.control('mode', { mode: 'online' });
  await stack.control('read-lag', { ms: 0 });
  const kills = [...lastKills];
  let sleeps = 0;
  let said = '';
  let isDue = false;
  for (;;) {
    // Killed while something is looked up; what is left of the kills comes when all is settled.
    const kill = isDue ? kills.shift() : undefined;
    const reconciled = stack.post('/local/reconcile', {});
    if (kill !== undefined) {
      await Promise.all([reconciled.catch(() => undefined), killIn(stack, kill)]);
      isDue = false;
      continue;
    }
    await reconciled;
    const rows = await stack.read<readonly Row[]>('/local/orders');
    const open = rows.filter(({ state }) => !isFinal(state));
    if (performance.now() > untilMs || (open.length === 0 && kills.length === 0)) {
      return { kills: lastKills.length - kills.length, sleeps, gaveUp: open.length > 0 };
    }
    const waiting = open.filter(({ state }) => !isUncertain(state)).length;
    const saying = `open     ${waiting} to be carried out, ${open.length - waiting} to be settled`;
    if (saying !== said) console.log((said = saying));
    const dueMs = Math.min(...open.map(({ dueAtMs = 0 }) => dueAtMs)) - stack.nowMs();
    isDue = open.length === 0 || (waiting === 0 && dueMs <= 0);
    if (isDue) continue;
    if (short && waiting === 0 && dueMs > WORTH_SLEEPING_MS) {
      await stack.sleepThrough(Math.min(dueMs + 500, SLEEP_MAX_MS));
      sleeps += 1;
      isDue = true;
    } else {
      await sleep(Math.min(LOOK_EVERY_MS, Math.max(dueMs, 200)));
    }
  }
}

async function killIn(
  stack: Stack,
  kill: { readonly afterMs: number; readonly offMs: number },
): Promise<void> {
  await sleep(kill.afterMs);
  await stack.kill(kill.offMs);
}
