/** The search for stops that Kraken opened: what is new, what the search proves, and whose turn it is. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import { findCloses } from '../../../functions/core/follow/find-closes.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { inFlight } from './in-flight.ts';

const FILL: Fill = { status: 'filled', volume: '0.01', cost: '490', fee: '0', seenAtMs: 0 };
const CLOSE = { close: { type: 'stop-loss', price: '45000' } } as const;

/** So many filled entries without known stops, and a search that shows what it is told to. */
async function lacking(count: number) {
  const { rowOf, parent, clock, log } = await inFlight();
  const rows = Array.from({ length: count }, (_, at) =>
    rowOf(`entry-${at}`, { order: CLOSE, fill: FILL }),
  );
  const entry = (id: string): FoundOrder => ({ ...parent(), exchangeOrderId: id });
  const stop = (id: string, of: string, volume = '0.01'): FoundOrder => ({
    ...{ ...parent(), exchangeOrderId: id, refid: of, side: 'sell', type: 'stop-loss' },
    ...{ volume: decimal(volume), filled: decimal('0') },
  });
  const asked: { clientOrderId: string; sinceMs: number }[] = [];
  const find = async (
    given: { open?: readonly FoundOrder[]; shown?: readonly FoundOrder[] | Error } = {},
    of = rows,
  ) => {
    const { open = [], shown = rows.map(({ orderKey }) => entry(orderKey)) } = given;
    const exchange = {
      openOrders: async () => open,
      find: async ({ clientOrderId }: { readonly clientOrderId: string }, sinceMs: number) => {
        asked.push({ clientOrderId, sinceMs });
        if (shown instanceof Error) throw shown;
        return shown;
      },
    };
    const found = await findCloses(of, exchange, { clock, log });
    return found.map(({ row, closes, isWhole }) => {
      return [row.orderKey, closes.map((one) => one.exchangeOrderId).join(), isWhole];
    });
  };
  return { rows, entry, stop, asked, find, clock, log };
}

describe('a search for the stops of an entry', () => {
  it('shows what lies behind its name since it was licensed, and proves what is not there', async () => {
    const { find, entry, stop, asked, rows } = await lacking(1);
    const shown = [entry('entry-0'), stop('ONEW', 'entry-0'), stop('OTHER', 'entry-9')];
    expect(await find({ shown })).toEqual([['entry-0', 'ONEW', true]]);
    const sinceMs = rows[0]?.attempt?.preparedAtMs;
    expect(asked).toEqual([{ clientOrderId: 'client-entry-0', sinceMs }]);
  });

  it('looks from when it was licensed on, not from when its message came', async () => {
    const { find, asked, rows } = await lacking(1);
    const [row] = rows;
    if (row?.attempt === undefined) throw new Error('it was licensed');
    const later = { ...row.attempt, preparedAtMs: 777 };
    await find({}, [{ ...row, receivedAtMs: 5, attempt: later }]);
    expect(asked.map(({ sinceMs }) => sinceMs)).toEqual([777]);
  });

  it.each<[string, readonly string[]]>([
    ['nothing', []],
    ['another order only', ['entry-7']],
  ])('that shows %s of the name proves nothing', async (_what, ids) => {
    const { find, entry } = await lacking(1);
    expect(await find({ shown: ids.map(entry) })).toEqual([['entry-0', '', false]]);
  });

  it('shows a stop twice and names it once, as it was read last', async () => {
    const { find, entry, stop } = await lacking(1);
    const open = [stop('ONE', 'entry-0', '0.004')];
    const shown = [entry('entry-0'), stop('ONE', 'entry-0', '0.004'), stop('TWO', 'entry-0')];
    expect(await find({ open, shown })).toEqual([['entry-0', 'ONE,TWO', true]]);
  });

  it('does not name a stop that is known', async () => {
    const { find, entry, stop, rows } = await lacking(1);
    const known = { ...FILL, exchangeOrderId: 'KNOWN', size: '0.004', volume: '0' };
    const [row] = rows;
    if (row === undefined) throw new Error('the entry is there');
    const of = [{ ...row, closes: { orders: [{ ...known, status: 'open' as const }] } }];
    const shown = [entry('entry-0'), stop('KNOWN', 'entry-0', '0.004'), stop('NEW', 'entry-0')];
    expect(await find({ open: [stop('KNOWN', 'entry-0', '0.004')], shown }, of)).toEqual([
      ['entry-0', 'NEW', true],
    ]);
  });

  it('is not made where enough rests, which proves nothing of the rest', async () => {
    const { find, stop, asked } = await lacking(1);
    expect(await find({ open: [stop('ONE', 'entry-0')] })).toEqual([['entry-0', 'ONE', false]]);
    expect(asked).toEqual([]);
  });

  it('that fails is logged with its entry, and keeps what rests', async () => {
    const { find, stop, log, rows } = await lacking(1);
    const open = [stop('ONE', 'entry-0', '0.004')];
    expect(await find({ open, shown: new Error('too many') })).toEqual([['entry-0', 'ONE', false]]);
    const said = log.lines.find((line) => line.includes('closes-not-found'));
    expect(said).toContain('"orderKey":"entry-0"');
    expect(said).toContain('too many');
    expect(said).toContain(`"account":"${rows[0]?.account}"`);
  });
});

describe('of more entries than one run searches for', () => {
  it('each is named once, two are searched for, and the others prove nothing', async () => {
    const { find, clock } = await lacking(5);
    clock.advance(300 * 60_000 - (clock.nowMs() % (300 * 60_000)) + 60_000);
    expect(await find()).toEqual([
      ['entry-2', '', true],
      ['entry-3', '', true],
      ['entry-4', '', false],
      ['entry-0', '', false],
      ['entry-1', '', false],
    ]);
  });

  it('all have had their turn when three minutes are over', async () => {
    const { find, clock, asked } = await lacking(5);
    for (let minute = 0; minute < 3; minute += 1) {
      await find();
      clock.advance(60_000);
    }
    expect(new Set(asked.map(({ clientOrderId }) => clientOrderId)).size).toBe(5);
  });
});
