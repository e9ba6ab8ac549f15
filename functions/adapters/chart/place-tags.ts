/** Puts boxes beside the heights that they belong to, as near as they can be without overlapping. */

/** Where boxes may be. */
export interface TagColumn {
  /** Height of a box, with the gap to the next. */
  readonly height: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The middles of boxes, in the order of `wanted`: inside the column, none over another, in the
 * order of their wishes, and of all such places those with the least sum of squared moves. What is
 * too much for the column sticks out of its top: the caller gives no more than fit.
 */
export function placeTags(wanted: readonly number[], column: TagColumn): readonly number[] {
  const { height, top, bottom } = column;
  const order = wanted.map((middle, index) => ({ middle, index }));
  order.sort((a, b) => a.middle - b.middle || a.index - b.index);
  // Without the boxes that are above each: the places are then numbers that must not fall.
  const wishes = order.map(({ middle }, place) => middle - (place + 0.5) * height);
  const highest = bottom - order.length * height;
  const middles = wanted.map(() => 0);
  notFalling(wishes).forEach((wish, place) => {
    const index = order[place]?.index ?? 0;
    middles[index] = Math.min(Math.max(wish, top), highest) + (place + 0.5) * height;
  });
  return middles;
}

/**
 * The nearest sequence that does not fall (isotonic regression by pooling adjacent violators;
 * Barlow et al., Statistical Inference under Order Restrictions, 1972).
 */
function notFalling(values: readonly number[]): readonly number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of values) {
    let pool = { sum: value, count: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.count <= pool.sum / pool.count) break;
      pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
}
