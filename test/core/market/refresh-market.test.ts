import { describe, expect, it } from 'vitest';
import type { MarketSnapshot } from '../../../functions/core/ports.ts';
import { refreshMarket } from '../../../functions/core/market/refresh-market.ts';
import { PAIRS, TICKERS } from '../market-fixture.ts';
import { MAIN, world } from '../order-fixture.ts';

describe('the market snapshot', () => {
  const limited = { ...MAIN, rails: { pairs: ['SOL/USD', 'BTC/USD'] } };
  const { rails: _none, ...free } = MAIN;
  const many = Array.from({ length: 600 }, (_, index) => ({ ...PAIRS[0]!, name: `P${index}/USD` }));

  it.each([
    ['what the rails of all accounts allow', { a: limited, b: MAIN }, PAIRS, 2],
    ['all pairs where an account has no rails', { a: limited, b: free }, PAIRS, PAIRS.length],
    ['no more pairs than one item holds', { a: free }, many, 500],
  ])('has %s', async (_name, accounts, pairs, count) => {
    const { deps, config, clock } = world();
    const written: MarketSnapshot[] = [];
    const asked: number[] = [];
    const ticker = TICKERS.get('SOL/USD')!;
    const market = {
      ...deps.market,
      pairs: async () => pairs,
      tickers: async (wanted: typeof pairs) => {
        asked.push(wanted.length);
        return new Map(wanted.map(({ name }) => [name, ticker]));
      },
    };
    const snapshots = {
      read: async () => undefined,
      write: async (snapshot: MarketSnapshot) => void written.push(snapshot),
    };
    await refreshMarket({ config: { ...config, accounts }, clock, market, snapshots });
    const [snapshot] = written;
    expect(asked).toEqual([count]);
    expect(snapshot?.atMs).toBe(clock.nowMs());
    expect(snapshot?.pairs).toHaveLength(count);
    expect([...(snapshot?.last.keys() ?? [])]).toEqual(snapshot?.pairs.map(({ name }) => name));
    expect([...(snapshot?.last.values() ?? [])].every((last) => last.eq(ticker.last))).toBe(true);
  });
});
