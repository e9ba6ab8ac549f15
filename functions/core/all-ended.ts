/** Calls that all end, whatever becomes of them, before their caller goes on. */

/**
 * Waits for every call, also when one fails, and throws what the first failure threw. Nothing may
 * still be running when a function returns or gives a lane back: it would go on when it is thawed.
 */
export async function allEnded<T extends readonly unknown[]>(calls: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const ended: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(calls);
  return ended.map(valueOf) as readonly unknown[] as T;
}

function valueOf<T>(one: PromiseSettledResult<T>): T {
  if (one.status === 'rejected') throw one.reason;
  return one.value;
}

/**
 * Does it for every item, so many at a time; one that fails keeps no other from being done. Throws
 * what the first failure threw, when all have ended.
 */
export async function forEachEnded<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const ended: PromiseSettledResult<R>[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) ended[at] = await settled(act, item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return ended.map(valueOf);
}

async function settled<T, R>(
  act: (item: T) => Promise<R>,
  item: T,
): Promise<PromiseSettledResult<R>> {
  try {
    return { status: 'fulfilled', value: await act(item) };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
