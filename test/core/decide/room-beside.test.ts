/** How the stops of a position give way to an order that sells some of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, plain, ZERO } from '../../../functions/core/decimal.ts';
import { roomBeside } from '../../../functions/core/decide/room-beside.ts';
import type { CloseOrder } from '../../../functions/core/order.ts';
import type { RestingStop } from '../../../functions/core/resting.ts';

const PAIR = { orderMin: decimal('0.01') };
const STOP: CloseOrder = { type: 'stop-loss', price: '48000' };

/** `0.5`, or `0.5 of 0.8` where the rest has traded; `own`: an order of its own. */
function stopOf(words: string, terms = STOP, side: 'buy' | 'sell' = 'sell'): RestingStop {
  const [, own, rest = '', all = rest] = /^(own )?(\S+)(?: of (\S+))?$/.exec(words) ?? [];
  return {
    ...{ exchangeOrderId: `S${words}`, name: 'a stop', side, terms, rest: decimal(rest) },
    traded: decimal(all).minus(rest),
    of: ['entry'],
    ...(own === undefined ? { orderKey: 'entry' } : {}),
  };
}

/** `S0.5: -0.2 to 0.3`, `S0.5: gone`. */
function words(stops: readonly RestingStop[], frees: string, moveTo?: string): readonly string[] {
  const moves = moveTo === undefined ? undefined : { orderKey: 'entry', trigger: decimal(moveTo) };
  const room = { frees: decimal(frees), ...(moves ? { moves } : {}) };
  return roomBeside(stops, room, PAIR).map(({ exchangeOrderId, rest, to }) => {
    if (to === undefined) return `${exchangeOrderId}: gone`;
    const { volume, trigger, limit } = to;
    const where = [trigger, limit].filter((one) => one !== undefined);
    return [`${exchangeOrderId}: -${plain(rest)} to ${volume}`, ...where].join(' at ');
  });
}

describe('room beside stops', () => {
  it.each<[string, readonly string[], string, readonly string[]]>([
    ['one gives a part', ['0.5'], '0.2', ['S0.5: -0.2 to 0.3']],
    ['one that has traded keeps that', ['0.5 of 0.8'], '0.2', ['S0.5 of 0.8: -0.2 to 0.6']],
    ['the largest gives first', ['0.2', '0.5'], '0.3', ['S0.5: -0.3 to 0.2']],
    ['the next gives the rest', ['0.2', '0.5'], '0.6', ['S0.5: gone', 'S0.2: -0.1 to 0.1']],
    ['all go', ['0.5'], '0.5', ['S0.5: gone']],
    ['one that would be too small goes', ['0.5'], '0.495', ['S0.5: gone']],
    ['the smallest order stays', ['0.5'], '0.49', ['S0.5: -0.49 to 0.01']],
    ['an order of its own goes whole', ['own 0.5'], '0.2', ['Sown 0.5: gone']],
    ['nothing is asked for', ['0.5', 'own 0.5'], '0', []],
    ['there are none', [], '0.5', []],
  ])('%s', (_what, stops, frees, expected) => {
    expect(
      words(
        stops.map((one) => stopOf(one)),
        frees,
      ),
    ).toEqual(expected);
  });

  it.each<[string, CloseOrder, 'buy' | 'sell', string, readonly string[]]>([
    ['up for a long', STOP, 'sell', '50000', ['S0.5: -0 to 0.5 at 50000']],
    ['never down', STOP, 'sell', '47000', []],
    ['not to where it is', STOP, 'sell', '48000', []],
    ['down for a short', { ...STOP, price: '52000' }, 'buy', '50000', ['S0.5: -0 to 0.5 at 50000']],
    ['never up', { ...STOP, price: '52000' }, 'buy', '53000', []],
    [
      'with its limit',
      { type: 'stop-loss-limit', price: '48000', price2: '47900' },
      'sell',
      '50000',
      ['S0.5: -0 to 0.5 at 50000 at 49900'],
    ],
    ['not one that trails', { type: 'trailing-stop', price: '+2%' }, 'sell', '50000', []],
  ])('moves %s', (_what, terms, side, moveTo, expected) => {
    expect(words([stopOf('0.5', terms, side)], '0', moveTo)).toEqual(expected);
  });

  it('moves and shrinks in one change', () => {
    expect(words([stopOf('0.5')], '0.2', '50000')).toEqual(['S0.5: -0.2 to 0.3 at 50000']);
  });

  it('moves the stops of its entry alone', () => {
    const other = { ...stopOf('0.4'), orderKey: 'other' };
    expect(words([stopOf('0.5'), other], '0', '50000')).toEqual(['S0.5: -0 to 0.5 at 50000']);
  });

  it('leaves an order of its own where it is when it only moves', () => {
    expect(words([stopOf('own 0.5')], '0', '50000')).toEqual([]);
  });

  it('frees what was asked for or all there is, and no stop grows', () => {
    const amount = fc.integer({ min: 1, max: 500 }).map((n) => decimal(`${n}e-3`));
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 6 }), amount, (rests, frees) => {
        const stops = rests.map((rest, at) => ({
          ...stopOf(plain(rest)),
          exchangeOrderId: String(at),
        }));
        const all = rests.reduce((sum, rest) => sum.plus(rest), ZERO);
        const changes = roomBeside(stops, { frees }, PAIR);
        const freed = changes.reduce((sum, { rest }) => sum.plus(rest), ZERO);
        expect(freed.gte(frees) || freed.eq(all)).toBe(true);
        // Beyond what was asked for goes only what could be no order any more.
        expect(freed.minus(frees).lt(PAIR.orderMin) || frees.gte(all)).toBe(true);
        for (const { exchangeOrderId, to } of changes) {
          const before = stops[Number(exchangeOrderId)]?.rest ?? ZERO;
          expect(to === undefined || before.gt(to.volume)).toBe(true);
        }
      }),
    );
  });
});
