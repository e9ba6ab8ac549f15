/**
 * The configuration as the local stack runs it: every account works on the embedded exchange
 * through the full signed path. A validate account is only checked there; a paper account and a live
 * one trade there, and there alone. Senders on this machine are let in.
 * Nothing of it can leave the machine: the keys are made up and the exchange is embedded.
 */
import type { Config } from '../../functions/core/config.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

/** Makes the local form of a compiled configuration. */
export function localConfig(config: Config): Config {
  const accounts = Object.entries(config.accounts).map(
    ([name, account]) =>
      [
        name,
        {
          ...account,
          mode: account.mode === 'validate' ? 'validate' : 'live',
          secret: account.secret ?? `local/${name}`,
        },
      ] as const,
  );
  const sources = Object.entries(config.sources).map(([name, source]) => {
    const { allowFrom } = source;
    return [
      name,
      allowFrom ? { ...source, allowFrom: [...allowFrom, ...LOOPBACK] } : source,
    ] as const;
  });
  return {
    ...config,
    accounts: Object.fromEntries(accounts),
    sources: Object.fromEntries(sources),
  };
}
