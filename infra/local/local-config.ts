/**
 * The configuration as the local stack runs it: every account trades on the embedded exchange
 * through the full signed path, whatever its mode says, and senders on this machine are let in.
 * Nothing of it can leave the machine: the keys are made up and the exchange is embedded.
 */
import type { Config } from '../../functions/core/config.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

/** Makes the local form of a compiled configuration. */
export function localConfig(config: Config): Config {
  const accounts = Object.entries(config.accounts).map(
    ([name, account]) =>
      [name, { ...account, mode: 'live', secret: account.secret ?? `local/${name}` }] as const,
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
