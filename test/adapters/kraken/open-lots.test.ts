/** What is open on margin, read from OpenPositions as it was recorded and as it might be. */
import { describe, expect, it } from 'vitest';
import { openLots } from '../../../functions/adapters/kraken/open-lots.ts';
import * as wire from '../../../functions/adapters/kraken/wire.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { openOn } from '../../../functions/core/open-lots.ts';
import { BTC_USD } from '../../fakes/exchange.ts';

/** An entry of the documentation's example, with what tells lots apart. */
const lot = (changed: Readonly<Record<string, string>> = {}) => ({
  ...{ ordertxid: 'OLWNFG-LLH4R-D6SFFP', posstatus: 'open', pair: 'XXBTZUSD', type: 'sell' },
  ...{ time: '1605280097.8294', ordertype: 'limit', cost: '1000', fee: '2.6', margin: '200' },
  ...{ vol: '0.02', vol_closed: '0.00500000', terms: '0.0100% per 4 hours', misc: '' },
  ...changed,
});

const read = (shown: Readonly<Record<string, unknown>>) =>
  openLots(wire.read(wire.positions, shown, 'OpenPositions'), [BTC_USD]);

describe('a lot', () => {
  it('has what is open of it, and its share of what it had cost', () => {
    const [found, ...more] = read({ A: lot() });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ pair: 'XBTUSD', side: 'sell', openedAtMs: 1_605_280_097_829 });
    expect([found && plain(found.volume), found && plain(found.cost)]).toEqual(['0.015', '750']);
  });

  it('that is closed is none, and of no volume either', () => {
    const closed = { vol_closed: '0.02' };
    expect(read({ A: lot(closed), B: lot({ vol: '0', vol_closed: '0' }) })).toEqual([]);
  });

  it('comes after those that were opened before it, whatever their spelling of the pair', () => {
    const lots = read({
      late: lot({ time: '1605280099', vol: '1', pair: 'XBT/USD' }),
      early: lot({ time: '1605280098', vol: '2', pair: 'XBTUSD' }),
    });
    expect(lots.map(({ volume }) => plain(volume))).toEqual(['1.995', '0.995']);
    expect(new Set(lots.map(({ pair }) => pair))).toEqual(new Set(['XBTUSD']));
  });

  it.each([
    ['a side', { type: 'long' }],
    ['a volume', { vol: 'many' }],
    ['a closed part', { vol_closed: '' }],
  ])('with %s that is none is no answer', (_what, changed) => {
    expect(() => read({ A: lot(changed) })).toThrow('OpenPositions was answered');
  });
});

describe('what is open on a pair', () => {
  it('is the sum of its lots, long above zero and short below', () => {
    const lots = read({
      A: lot(),
      B: lot({ type: 'buy', vol: '0.5' }),
      C: lot({ pair: 'XETHZUSD' }),
    });
    expect(plain(openOn(lots, BTC_USD))).toBe('0.48');
    expect(plain(openOn([], BTC_USD))).toBe('0');
  });
});
