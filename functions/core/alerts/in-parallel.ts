/** Work on many things at once, but not on all of them. */

/** How many at once: enough to hide the store's latency, few enough not to be throttled by it. */
const AT_ONCE = 16;

/** Runs the work for every item. After a failure nothing new is begun, and it is thrown. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  let at = 0;
  let isBroken = false;
  const worker = async (): Promise<void> => {
    for (; at < items.length && !isBroken;) {
      const item = items[at] as T;
      at += 1;
      try {
        await work(item);
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  const all = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  // Everything has ended by now: nothing is left running when the run is over.
  for (const one of all) if (one.status === 'rejected') throw one.reason;
}
