/** When sources were heard and how they are watched, in memory. */
import type { HeardSources, SourceWatches } from '../../functions/core/silence/source-watches.ts';
import type { AtOnce } from './at-once.ts';
import type { StoreMemory } from './store-memory.ts';

/** When sources were heard, over a memory. */
export function heardIn({ heard }: StoreMemory): AtOnce<HeardSources> {
  return {
    hear(source, atMs) {
      heard.set(source, Math.max(atMs, heard.get(source) ?? 0));
    },
  };
}

/** The memory of the minute's look, over a memory. */
export function watchesIn(memory: StoreMemory): AtOnce<SourceWatches> {
  const { heard, watches } = memory;
  return {
    read(source) {
      const heardAtMs = heard.get(source);
      const kept = watches.get(source);
      return {
        ...(heardAtMs === undefined ? {} : { heardAtMs }),
        ...(kept === undefined ? {} : { watch: kept.watch }),
        version: kept?.version ?? 0,
      };
    },
    keep(source, version, { watch, notice }) {
      if ((watches.get(source)?.version ?? 0) !== version) return 'lost';
      watches.set(source, { version: version + 1, watch });
      if (notice !== undefined) memory.put(notice);
      return 'kept';
    },
  };
}
