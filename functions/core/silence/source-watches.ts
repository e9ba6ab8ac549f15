/** What the store keeps of sources that should speak: when each was heard, and how it is watched. */
import type { Notice } from '../notices/notice.ts';
import type { Watch } from './judge-silence.ts';

/** Where the webhook puts on record that a source was heard. */
export interface HeardSources {
  /** An earlier time than the one on record changes nothing. */
  hear(source: string, atMs: number): Promise<void>;
}

/** A source as the store knows it. */
export interface WatchedSource {
  /** Absent: never. */
  readonly heardAtMs?: number;
  /** Absent: nobody looked yet. */
  readonly watch?: Watch;
  /** Counts what was kept; 0 before the first look. */
  readonly version: number;
}

/** The memory of the minute's look. */
export interface SourceWatches {
  /** Strongly consistent. */
  read(source: string): Promise<WatchedSource>;
  /**
   * Keeps the watch and writes the notice in one transaction; `lost`: another look kept something
   * since `version`, and nothing was written.
   */
  keep(
    source: string,
    version: number,
    kept: { readonly watch: Watch; readonly notice?: Notice },
  ): Promise<'kept' | 'lost'>;
}
