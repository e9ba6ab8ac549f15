/** What a change of an open paper order comes to, in Kraken's own words where it is refused. */
import { describe, expect, it } from 'vitest';
import type { Order } from '../../../functions/core/order.ts';
import { amendPaper } from '../../../functions/core/paper/amend-paper.ts';
import {
  openingBook,
  type PaperFill,
  type PaperOrder,
} from '../../../functions/core/paper/paper-book.ts';
import { MARKET, placed, quoteAt } from './paper-fixture.ts';

type Change = Parameters<typeof amendPaper>[1];

const LIMIT = { type: 'limit', price: '49000' } as const;
const SALE = { type: 'limit', side: 'sell', price: '51000', volume: '0.4' } as const;
const STOP = { type: 'stop-loss', side: 'sell', price: '48000' } as const;
const STOP_LIMIT = { ...STOP, type: 'stop-loss-limit', price2: '47900' } as const;
const TRAILING = { type: 'trailing-stop', side: 'sell', price: '+2%' } as const;
const NOW_MS = 90_000;
/** A tenth of a bitcoin of it traded. */
const FILL: PaperFill = {
  ...{ atMs: 1, volume: '0.1', cost: '5100', fee: '12.75' },
  ...{ price: '51000', maker: true },
};

/** The order of a book, or one of it that stands otherwise, changed while the market is at `last`. */
function amended(
  order: Partial<Order>,
  change: Change,
  {
    as = {},
    last = '50000',
    funds = { USD: '100000', BTC: '1' },
    mode = 'online' as const,
  }: {
    readonly as?: Partial<PaperOrder>;
    readonly last?: string;
    readonly funds?: Record<string, string>;
    readonly mode?: 'online' | 'maintenance';
  } = {},
) {
  const { book } = placed(order, { book: openingBook({ paper: { funds } }) });
  const [open] = book.open;
  if (open === undefined) throw new Error('it rests');
  const paper = { ...open, ...as };
  const given = { ...MARKET, quote: quoteAt(last, NOW_MS), mode, book, nowMs: NOW_MS } as const;
  return { paper, result: amendPaper(paper, change, given) };
}

describe('an open paper order', () => {
  it.each<[string, Partial<Order>, Change, Partial<Order>]>([
    ['a limit gets a size', LIMIT, { volume: '0.2' }, { volume: '0.2', price: '49000' }],
    ['a limit gets a price', LIMIT, { limitPrice: '48000' }, { volume: '0.1', price: '48000' }],
    ['a stop gets a trigger', STOP, { triggerPrice: '47000' }, { price: '47000' }],
    [
      'a stop with a limit gets both',
      STOP_LIMIT,
      { triggerPrice: '47000', limitPrice: '46900' },
      { price: '47000', price2: '46900' },
    ],
    [
      'a stop with a limit gets the limit alone',
      STOP_LIMIT,
      { limitPrice: '47800' },
      { price: '48000', price2: '47800' },
    ],
    ['a trailing stop gets a size', TRAILING, { volume: '0.2' }, { volume: '0.2', price: '+2%' }],
    [
      'an iceberg gets a price',
      { ...LIMIT, type: 'iceberg', volume: '0.3', displayVolume: '0.03' },
      { limitPrice: '48500' },
      { price: '48500' },
    ],
  ])('%s, and keeps its id and the rest', (_, order, change, terms) => {
    const { paper, result } = amended(order, change);
    if (!result.ok) throw new Error(result.error);
    const { value } = result;
    expect(value).toMatchObject({ id: paper.id, status: 'open', openedAtMs: paper.openedAtMs });
    expect(value.order).toEqual({ ...paper.order, ...terms });
    expect(value.volume).toBe(terms.volume ?? paper.volume);
    expect(value.triggered).toBeUndefined();
    // Prices of the minute that has begun say nothing of it.
    expect(value.candlesFromMs).toBe(120_000);
  });

  it('looks at no candle again that it has looked at', () => {
    const { result } = amended(LIMIT, { volume: '0.2' }, { as: { candlesFromMs: 600_000 } });
    expect(result).toMatchObject({ ok: true, value: { candlesFromMs: 600_000 } });
  });

  it('holds what its rest takes now, rounded up', () => {
    const buy = amended(LIMIT, { volume: '0.2', limitPrice: '48000' });
    const plainHold = { asset: 'USD', amount: '9624' };
    expect(buy.result).toMatchObject({ ok: true, value: { hold: plainHold } });
    const sale = amended(SALE, { volume: '0.3' }, { as: { fill: FILL } });
    expect(sale.result).toMatchObject({
      ok: true,
      value: { hold: { asset: 'BTC', amount: '0.2' } },
    });
    const third = amended(LIMIT, { volume: '0.3' }, { as: { fill: { ...FILL, volume: '0.2' } } });
    expect(third.result).toMatchObject({ ok: true, value: { hold: { amount: '4912.25' } } });
  });

  it.each([
    ['0.1', 'canceled'],
    ['0.05', 'canceled'],
    ['0.11', 'open'],
  ])('of which 0.1 is filled is, with a size of %s, %s', (volume, status) => {
    const { result } = amended(SALE, { volume }, { as: { fill: FILL } });
    const reason = status === 'canceled' ? 'User requested' : undefined;
    expect(result).toMatchObject({ ok: true, value: { status, volume } });
    expect(result.ok && result.value.reason).toBe(reason);
  });

  it('that was triggered trades at its new limit from then on', () => {
    const fired = { as: { triggered: { limit: '47900' } }, last: '47000' };
    const moved = amended(STOP_LIMIT, { limitPrice: '47500' }, fired);
    expect(moved.result).toMatchObject({ ok: true, value: { triggered: { limit: '47500' } } });
    const sized = amended(STOP_LIMIT, { volume: '0.2' }, fired);
    expect(sized.result).toMatchObject({ ok: true, value: { triggered: { limit: '47900' } } });
  });
});

describe('a change of a paper order is refused', () => {
  const TRIGGER = 'EGeneral:Invalid arguments:trigger_price';
  const LIMIT_PRICE = 'EGeneral:Invalid arguments:limit_price';
  const NOTHING = 'EOrder:No amendable parameters specified';
  const POST = { ...LIMIT, postOnly: true } as const;
  it.each<[string, Partial<Order>, Change, string, Parameters<typeof amended>[2]?]>([
    ['a trigger for a limit', LIMIT, { triggerPrice: '48000' }, TRIGGER],
    ['a trigger for a trailing stop', TRAILING, { triggerPrice: '48000' }, TRIGGER],
    [
      'a trigger that was reached',
      STOP_LIMIT,
      { triggerPrice: '47000' },
      TRIGGER,
      { as: { triggered: { limit: '47900' } } },
    ],
    ['a limit for a stop without one', STOP, { limitPrice: '47000' }, LIMIT_PRICE],
    ['a limit for a trailing stop', TRAILING, { limitPrice: '47000' }, LIMIT_PRICE],
    ['nothing', LIMIT, {}, NOTHING],
    ['the same size', LIMIT, { volume: '0.10' }, NOTHING],
    ['the same limit', LIMIT, { limitPrice: '49000.0' }, NOTHING],
    ['the same trigger and limit', STOP_LIMIT, { limitPrice: '47900', volume: '0.1' }, NOTHING],
    ['the same size of a trailing stop', TRAILING, { volume: '0.1' }, NOTHING],
    ['more than there is', LIMIT, { volume: '2.05' }, 'EOrder:Insufficient funds'],
    ['a price off the tick', LIMIT, { limitPrice: '48000.123456' }, 'EOrder:Invalid price'],
    ['a post-only limit that trades', POST, { limitPrice: '50100' }, 'EOrder:Post only order'],
    [
      'a limit that is asked to be post-only and trades',
      LIMIT,
      { limitPrice: '50100', postOnly: true },
      'EOrder:Post only order',
    ],
  ])('%s', (_, order, change, error, at) => {
    const { result } = amended(order, change, at);
    expect(result.ok ? 'made' : result.error).toContain(error);
  });

  it('not where a post-only order only gets a size, or where its limit may trade', () => {
    expect(amended(POST, { volume: '0.2' }, { last: '48000' }).result.ok).toBe(true);
    expect(amended(LIMIT, { limitPrice: '50100' }).result.ok).toBe(true);
  });

  it('not where what it holds itself is enough', () => {
    const all = { funds: { USD: '4912.25', BTC: '0' } };
    expect(amended(LIMIT, { limitPrice: '48999.9' }, all).result.ok).toBe(true);
    const more = amended(LIMIT, { limitPrice: '49000.1' }, all).result;
    expect(more).toEqual({ ok: false, error: 'EOrder:Insufficient funds' });
  });
});
