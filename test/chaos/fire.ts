/** The first half of a run: signals come while the planned trouble happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kill, Plan, PlannedSignal, Trouble } from './plan.ts';
import type { Sender } from './sender.ts';
import type { Stack } from './stack.ts';

/** Sent at once, and how soon the next ones follow: some five signals a second for each account. */
const BATCH = 5;
const BATCH_EVERY_MS = 500;

/** Fires every signal; resolves when each was acknowledged, or when something is wrong. */
export async function fire(
  plan: Plan,
  stack: Stack,
  sender: Sender,
): Promise<{ readonly kills: number }> {
  let kills = 0;
  let reconciling: Promise<unknown> | undefined;
  let behind: PlannedSignal[] = [];
  for (let first = 0; first < plan.signals.length; first += BATCH) {
    const batch = plan.signals.slice(first, first + BATCH);
    const troubles = batch.flatMap((_, at) => plan.trouble.get(first + at) ?? []);
    const pause = sleep(BATCH_EVERY_MS);
    // The minute's job runs all the time: a minute is long for a run that takes a few.
    reconciling ??= stack
      .post('/local/reconcile', {})
      .catch(() => undefined)
      .finally(() => (reconciling = undefined));
    for (const trouble of troubles) await make(trouble, stack);
    const sending = batch.map(async (signal) => {
      await sender.send(signal);
      if (signal.forged) await sender.forge(signal);
    });
    for (const kill of troubles.filter(isKill)) {
      await sleep(kill.afterMs);
      await stack.kill(kill.offMs);
      kills += 1;
      // What was acknowledged before the kill comes once more after it.
      sending.push(...behind.filter(({ again }) => again).map((signal) => sender.again(signal)));
      behind = [];
    }
    await Promise.all(sending);
    // What is wrong by now stays wrong, and a stack that died by itself answers nobody any more.
    if (sender.told.wrong.length > 0) break;
    behind.push(...batch);
    await pause;
  }
  await reconciling;
  return { kills };
}

function isKill(trouble: Trouble): trouble is Kill {
  return trouble.kind === 'kill';
}

async function make(trouble: Trouble, stack: Stack): Promise<void> {
  switch (trouble.kind) {
    case 'kill':
      return;
    case 'fault':
      return stack.setFault(trouble.fault);
    case 'read-lag':
      await stack.control('read-lag', { ms: trouble.ms });
      return;
    case 'mode':
      await stack.control('mode', { mode: trouble.mode });
  }
}
