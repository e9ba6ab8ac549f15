/**
 * Waits for every call, also when one fails, and throws what the first failure threw. Nothing may
 * still be running when a function returns or gives a lane back: it would go on when it is thawed.
 */
export async function allEnded<T extends readonly unknown[]>(calls: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  await Promise.allSettled(calls);
  return Promise.all(calls) as Promise<unknown> as Promise<T>;
}
