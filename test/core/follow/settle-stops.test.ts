/** What becomes of the stops of a book before the next order follows from it. */
import { describe, expect, it } from 'vitest';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { settleBook, type SettledBook } from '../../../functions/core/follow/settle-book.ts';
import type { Book } from '../../../functions/core/book.ts';
import type { Intent } from '../../../functions/core/decide/plan-target.ts';
import { plain } from '../../../functions/core/decimal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { REF, stopEntry, traded } from './stop-entry.ts';

const FILLED = { ...traded('0.01', '490', '1'), status: 'closed' };

/** A filled entry whose stop rests, and settling for the row that comes next. */
async function guarded(after: Partial<Signal> = {}) {
  const entry = await stopEntry();
  entry.show(FILLED);
  entry.stop('OSTOP');
  const row = entry.store.row(await entry.receive({ id: 'next', ...after }));
  const settle = (intent: Intent, seen?: (book: Book) => void) => {
    const asked = (book: Book): Intent => {
      seen?.(book);
      return intent;
    };
    return settleBook(REF, { row, intent: asked }, entry.exchange, entry.deps);
  };
  return { ...entry, settle, replaced: idsOf };
}

/** What has to go first. */
function idsOf(settled: SettledBook): readonly string[] {
  return settled.kind === 'settled'
    ? settled.replaces.map((one) => one.exchangeOrderId)
    : ['waits'];
}

/** For how much each stop rests that stays. */
function restsOf(settled: SettledBook): readonly string[] {
  return settled.kind === 'settled' ? settled.stops.map(({ rest }) => plain(rest)) : ['waits'];
}

describe('a stop that rests', () => {
  it('stays while the position does, and is said to', async () => {
    const { settle, replaced } = await guarded();
    const settled = await settle('goes-on');
    expect(settled).toMatchObject({ kind: 'settled', view: { book: { quantity: '0.01' } } });
    expect(restsOf(settled)).toEqual(['0.01']);
    expect(replaced(settled)).toEqual([]);
  });

  it('has to go before the position is left, and is in the way of nothing when it is gone', async () => {
    const { settle, replaced, exchange, view } = await guarded();
    const first = await settle('leaves');
    expect(replaced(first)).toEqual(['OSTOP']);
    const [one] = first.kind === 'settled' ? first.replaces : [];
    expect([one?.side, one && plain(one.rest)]).toEqual(['sell', '0.01']);
    expect(one?.name).toMatch(/^the stop of an earlier order of the strategy \(client order id /);
    await exchange.cancel('OSTOP');
    const second = await settle('leaves');
    expect(second).toMatchObject({ kind: 'settled', view: { book: { quantity: '0.01' } } });
    expect(restsOf(second)).toEqual([]);
    expect(replaced(second)).toEqual([]);
    expect((await view()).inFlight).toEqual([]);
  });

  it.each([
    ['sell', ['OSTOP']],
    ['buy', []],
  ] as const)('goes before an order that says itself to %s: %s', async (action, gone) => {
    const beside = { action, leverage: '2', type: 'market' } as const;
    const { settle, replaced } = await guarded(beside);
    expect(replaced(await settle('leaves'))).toEqual(gone);
  });

  it('that sold while it was being cancelled leaves less to sell', async () => {
    const { settle, stop, exchange } = await guarded();
    await settle('leaves');
    await exchange.cancel('OSTOP');
    stop('OSTOP', traded('0.004', '180'));
    const settled = await settle('leaves');
    expect(settled).toMatchObject({ kind: 'settled', view: { book: { quantity: '0.006' } } });
  });

  it('is left alone by a message that is outdated', async () => {
    const { settle, replaced } = await guarded();
    expect(replaced(await settle('outdated'))).toEqual([]);
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

  it('keeps nothing that rests from being replaced', async () => {
    const { settle, exchange, show, replaced, parent, reconcileDeps } = await guarded();
    exchange.book.delete('OSTOP');
    show({ ...traded('0.004', '196'), status: 'open' });
    await followOrders(reconcileDeps);
    expect(replaced(await settle('goes-on'))).toEqual([parent().exchangeOrderId]);
    await exchange.cancel(parent().exchangeOrderId);
    expect(await settle('goes-on')).toMatchObject({ kind: 'waits' });
  });
});

describe('an entry that rests', () => {
  it('goes for what its strategy says next, and stays for a take-profit', async () => {
    const { receive, store, exchange, deps, settle, replaced, parent, show, reconcileDeps } =
      await guarded();
    show({ ...traded('0.004', '196'), status: 'open' });
    await followOrders(reconcileDeps);
    expect(replaced(await settle('goes-on'))).toEqual([parent().exchangeOrderId]);
    const takes = { orderKey: 'entry', number: 1, price: '51000' };
    const size = { unit: 'base', amount: '0.002' } as const;
    const row = store.row(await receive({ id: 'sale', action: 'sell', takes, size }));
    const settled = await settleBook(REF, { row, intent: () => 'goes-on' }, exchange, deps);
    expect(replaced(settled)).toEqual([]);
    expect(settled.kind).toBe('settled');
  });
});
