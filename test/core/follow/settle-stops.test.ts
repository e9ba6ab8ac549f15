/** What becomes of the stops of a book before the next order follows from it. */
import { describe, expect, it } from 'vitest';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { settleBook } from '../../../functions/core/follow/settle-book.ts';
import type { Book } from '../../../functions/core/book.ts';
import type { Intent } from '../../../functions/core/decide/plan-target.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { REF, stopEntry, traded } from './stop-entry.ts';

const FILLED = { ...traded('0.01', '490', '1'), status: 'closed' };

/** A filled entry whose stop rests, and settling for the row that comes next. */
async function guarded() {
  const entry = await stopEntry();
  entry.show(FILLED);
  entry.stop('OSTOP');
  const row = entry.store.row(await entry.receive({ id: 'next' }));
  const cancelled: string[] = [];
  const exchange = {
    ...entry.exchange,
    cancel: (id: string) => {
      cancelled.push(id);
      return entry.exchange.cancel(id);
    },
  };
  const settle = (intent: Intent, seen?: (book: Book) => void) => {
    const asked = (book: Book): Intent => {
      seen?.(book);
      return intent;
    };
    return settleBook(REF, { row, intent: asked }, exchange, entry.deps);
  };
  return { ...entry, settle, cancelled };
}

describe('a stop that rests', () => {
  it('stays while the position does, and is said to', async () => {
    const { settle, cancelled } = await guarded();
    const settled = await settle('goes-on');
    expect(settled).toMatchObject({ kind: 'settled', view: { book: { quantity: '0.01' } } });
    expect(settled.kind === 'settled' && plain(settled.stops)).toBe('0.01');
    expect(cancelled).toEqual([]);
  });

  it('is cancelled before the position is left, and nothing is decided until it is seen to be', async () => {
    const { settle, cancelled, exchange, view } = await guarded();
    const first = await settle('leaves');
    expect(first).toMatchObject({ kind: 'waits' });
    expect(first.kind === 'waits' && first.why).toContain('has a stop, which is being cancelled');
    expect(cancelled).toEqual(['OSTOP']);
    expect(exchange.book.get('OSTOP')).toMatchObject([{ status: 'canceled' }]);
    const second = await settle('leaves');
    expect(second).toMatchObject({ kind: 'settled', view: { book: { quantity: '0.01' } } });
    expect(second.kind === 'settled' && plain(second.stops)).toBe('0');
    expect(cancelled).toEqual(['OSTOP']);
    expect((await view()).inFlight).toEqual([]);
  });

  it('that sold while it was being cancelled leaves less to sell', async () => {
    const { settle, stop } = await guarded();
    await settle('leaves');
    stop('OSTOP', traded('0.004', '180'));
    const settled = await settle('leaves');
    expect(settled).toMatchObject({ kind: 'settled', view: { book: { quantity: '0.006' } } });
  });

  it('is left alone by a message that is outdated', async () => {
    const { settle, cancelled } = await guarded();
    expect(await settle('outdated')).toMatchObject({ kind: 'settled' });
    expect(cancelled).toEqual([]);
  });

  it('that has fired is in the book that says what the next order means', async () => {
    const { settle, stop } = await guarded();
    stop('OSTOP', { ...traded('0.01', '450'), status: 'closed' });
    const seen: string[] = [];
    const settled = await settle('leaves', ({ quantity }) => seen.push(quantity));
    expect(settled).toMatchObject({ kind: 'settled', view: { book: { quantity: '0' } } });
    expect(seen).toEqual(['0']);
  });
});

describe('a stop that is not shown yet', () => {
  it.each<Intent>(['leaves', 'goes-on'])('is waited for by what %s', async (intent) => {
    const { settle, exchange, stop } = await guarded();
    exchange.book.delete('OSTOP');
    const settled = await settle(intent);
    expect(settled).toMatchObject({ kind: 'waits' });
    expect(settled.kind === 'waits' && settled.why).toContain(
      'was filled, and its stop for 0.01 is not shown yet',
    );
    stop('OSTOP');
    await settle(intent);
    const known = await settle(intent);
    expect(known.kind).toBe('settled');
  });

  it('keeps an entry that is filled in part from being replaced, which is cancelled meanwhile', async () => {
    const { settle, exchange, show, cancelled, parent, reconcileDeps } = await guarded();
    exchange.book.delete('OSTOP');
    show({ ...traded('0.004', '196'), status: 'open' });
    await followOrders(reconcileDeps);
    expect(await settle('goes-on')).toMatchObject({ kind: 'waits' });
    expect(cancelled).toEqual([parent().exchangeOrderId]);
  });
});
