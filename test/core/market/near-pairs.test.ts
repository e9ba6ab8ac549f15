import { describe, expect, it } from 'vitest';
import { nearPairs } from '../../../functions/core/market/near-pairs.ts';
import { PAIRS } from '../market-fixture.ts';

describe('the pairs that somebody may have meant', () => {
  it.each([
    ['XBTUSDT', ['BTC/USDT']],
    ['SOLUSDT', ['SOL/USD']],
    ['solusd.p', ['SOL/USD']],
    ['QQQ', []],
    ['', []],
  ])('by %j begin with %j', (ticker, names) => {
    expect(nearPairs(ticker, PAIRS).slice(0, names.length || undefined)).toEqual(names);
  });

  it('are three at the most, the nearest first', () => {
    const near = nearPairs('BTCUSD', PAIRS);
    expect(near).toHaveLength(3);
    expect(near[0]).toBe('BTC/USD');
  });

  it('share half of the letters of the longer name at the least', () => {
    const named = (altname: string) => [{ ...PAIRS[0]!, name: altname, altname }];
    expect(nearPairs('ABCD', named('ABXY'))).toEqual(['ABXY']);
    expect(nearPairs('ABCD', named('AXYD'))).toEqual(['AXYD']);
    expect(nearPairs('ABCD', named('AXYZ'))).toEqual([]);
    expect(nearPairs('ABCD', named('ABXYZ'))).toEqual([]);
    expect(nearPairs('AAAA', named('AA'))).toEqual(['AA']);
    expect(nearPairs('AAAAA', named('AA'))).toEqual([]);
  });
});
