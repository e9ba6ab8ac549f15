/** The accounts and sources of a simulated world; some of their limits are drawn from the seed. */
import type { Account, Config, Source } from '../../functions/core/config.ts';
import type { Random } from './random.ts';

/** Kraken accounts, each with a pair of keys. */
export const OWNERS = ['main', 'second', 'dry'] as const;

/** Sources by how often they speak: half of what is sent is for one account, a third for two. */
export const SPEAKERS = ['trend', 'trend', 'trend', 'both', 'twins', 'check'] as const;

/**
 * Three accounts that trade, two of them with one pair of keys and so in one lane, and one that
 * only checks. A calm world has no limit that it could reach.
 */
export function configOf(random: Random, calm: boolean): Config {
  const account = (owner: (typeof OWNERS)[number]): Account => ({
    exchange: 'kraken-spot',
    mode: owner === 'dry' ? 'validate' : 'live',
    secret: `harpoon/${owner}`,
    rails: {
      pairs: ['BTC/USD'],
      maxOrder: '1000 USD',
      // Small enough, in some worlds, that the last orders of the day do not fit.
      maxDaily: !calm && random.chance(250_000) ? '6000 USD' : '5000000 USD',
      maxOrdersPerHour: !calm && random.chance(200_000) ? 12 : 10_000,
      ...(random.chance(300_000) ? { maxDailyLoss: '1000000 USD' } : {}),
      ...(!calm && random.chance(250_000) ? { maxConsecutiveFailures: 3 } : {}),
    },
  });
  const source = (name: string, accounts: readonly string[], auth: Source['auth']): Source => ({
    auth,
    secret: `harpoon/source/${name}`,
    accounts,
    size: { kind: 'quote', amount: '500', currency: 'USD' },
    maxAgeMs: random.pick([20_000, 60_000, 300_000]),
    symbols: {},
    onUnplaced: random.chance(400_000) ? 'resend' : 'notify',
    notify: ['ops'],
  });
  return {
    version: 1,
    accounts: {
      ...{ main: account('main'), second: account('second') },
      ...{ twin: account('main'), dry: account('dry') },
    },
    sources: {
      trend: source('trend', ['main'], 'tradingview'),
      both: source('both', ['main', 'second'], 'tradingview'),
      twins: source('twins', ['main', 'twin'], 'standard-webhooks'),
      check: source('check', ['dry'], 'tradingview'),
    },
    channels: { ops: { slack: 'harpoon/slack' }, me: { email: 'me@example.com' } },
  };
}

/** Whose keys an account uses. */
export function ownerOf(config: Config, account: string): string {
  return config.accounts[account]?.secret?.slice('harpoon/'.length) ?? account;
}
