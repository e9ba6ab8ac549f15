/** Harpoon's own source, which flattens accounts, beside those of harpoon.yaml. */
import type { Config, Source } from '../config.ts';
import type { Signal } from '../signal.ts';

/** Harpoon's own source; no source of harpoon.yaml can have a name with a colon. */
export const FLATTEN_SOURCE = 'harpoon:flatten';

/** Who is behind the sales: nobody sends to it, so it has no secret and no way to prove anything. */
export function flattenSource(account: string): Source {
  return {
    auth: 'tradingview',
    secret: '',
    accounts: [account],
    size: { kind: 'position', percent: '100' },
    maxAgeMs: 60_000,
    symbols: {},
    onUnplaced: 'notify',
    notify: [],
  };
}

/** The source of a signal on an account: one of harpoon.yaml, or Harpoon's own. */
export function sourceOf(config: Config, signal: Signal, account: string): Source | undefined {
  return signal.source === FLATTEN_SOURCE ? flattenSource(account) : config.sources[signal.source];
}
