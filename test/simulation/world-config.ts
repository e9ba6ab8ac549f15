/** The accounts and sources of a simulated world; some of their limits are drawn from the seed. */
import type { Account, Config, Source } from '../../functions/core/config.ts';
import type { Random } from './random.ts';

/** Two accounts that trade, one that only checks. A calm world has no limit that it could reach. */
export function configOf(random: Random, calm: boolean): Config {
  const account = (name: string): Account => ({
    exchange: 'kraken-spot',
    mode: name === 'dry' ? 'validate' : 'live',
    secret: `harpoon/${name}`,
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
  const source = (accounts: readonly string[]): Source => ({
    auth: 'tradingview',
    secret: 'harpoon/source',
    accounts,
    size: { kind: 'quote', amount: '500', currency: 'USD' },
    maxAgeMs: random.pick([20_000, 60_000, 300_000]),
    symbols: {},
    onUnplaced: random.chance(400_000) ? 'resend' : 'notify',
    notify: ['ops'],
  });
  return {
    version: 1,
    accounts: { main: account('main'), second: account('second'), dry: account('dry') },
    sources: { trend: source(['main']), both: source(['main', 'second']), check: source(['dry']) },
    channels: { ops: { slack: 'harpoon/slack' } },
  };
}
