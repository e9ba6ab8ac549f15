/** Ids that count up, so that a test can name them. */
import type { Ids } from '../../functions/core/ports.ts';

/** UUIDs `00000000-0000-4000-8000-000000000001` and so on. */
export function fakeIds(): Ids {
  let count = 0;
  return {
    uuid: () => {
      count += 1;
      return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    },
  };
}
