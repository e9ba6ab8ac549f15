/** Reads the lots of OpenPositions: what is open of each, the oldest first. */
import type * as v from 'valibot';
import type { OpenLot } from '../../core/open-lots.ts';
import type { Pair } from '../../core/market/pair.ts';
import { bySpelling } from './pairs.ts';
import type { positions } from './wire.ts';

/** Lots with what is open of them; `pair` becomes the pair's altname. One that is closed is none. */
export function openLots(
  shown: v.InferOutput<typeof positions>,
  pairs: readonly Pair[],
): readonly OpenLot[] {
  const pairOf = bySpelling(pairs);
  return Object.values(shown)
    .map(({ pair, type: side, time: openedAtMs, cost, vol, vol_closed }) => {
      const volume = vol.minus(vol_closed);
      const open = vol.gt('0') ? cost.times(volume).div(vol) : vol;
      return { pair: pairOf(pair)?.altname ?? pair, side, volume, cost: open, openedAtMs };
    })
    .filter(({ volume }) => volume.gt('0'))
    .sort((a, b) => a.openedAtMs - b.openedAtMs);
}
