/** What a person reads of an entry and of the stops that Kraken opened from it. */
import { describe, expect, it } from 'vitest';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { GIVE_UP_MS } from '../../../functions/core/protocol.ts';
import { fillFacts, fillTodo, stateText } from '../../../operator/cli/fill-words.ts';
import { orderJson } from '../../../operator/cli/order-lists.ts';
import { stopEntry, traded } from '../../core/follow/stop-entry.ts';

type Entry = Awaited<ReturnType<typeof stopEntry>>;
const FILLED = { ...traded('0.01', '490', '1'), status: 'closed' };

/** The entry after these looks at it, with what each shows. */
async function looked(...shows: readonly ((entry: Entry) => unknown)[]): Promise<Entry> {
  const entry = await stopEntry();
  for (const show of shows) {
    show(entry);
    await followOrders(entry.reconcileDeps);
  }
  return entry;
}

const filled = ({ show }: Entry) => show(FILLED);
const opened = ({ stop }: Entry) => stop('OSTOP');

describe('the state of an entry with a stop', () => {
  it.each<[string, readonly ((entry: Entry) => unknown)[]]>([
    ['placed', [() => undefined]],
    ['placed, filled, stop not seen yet', [filled]],
    ['placed, filled, stop rests', [filled, opened]],
    ['placed, partly filled, stop rests', [({ show }) => show(traded('0.01', '490')), opened]],
    [
      'placed, filled, stop fires',
      [filled, opened, ({ stop }) => stop('OSTOP', traded('0.004', '180'))],
    ],
    [
      'placed, filled, stopped',
      [filled, opened, ({ stop }) => stop('OSTOP', { ...traded('0.01', '450'), status: 'closed' })],
    ],
    [
      'placed, filled, stop cancelled',
      [filled, opened, ({ stop }) => stop('OSTOP', { status: 'canceled' })],
    ],
  ])('is "%s"', async (words, shows) => {
    const { now } = await looked(...shows);
    expect(stateText(now())).toBe(words);
  });

  it('of a sale of a halt has a line for each book that lost some of it', async () => {
    const { now } = await looked(filled);
    const shares = [{ source: 'trend', volume: '0.004', cost: '196', fee: '0.4' }];
    expect(fillFacts({ ...now(), shares }, undefined)).toContainEqual([
      'Of trend',
      '0.004 BTC for 196 USD',
    ]);
  });

  it('says of how much it is filled, as it was amended', async () => {
    const { now } = await looked(({ show }) => show(traded('0.004', '196')));
    const row = now();
    const order = row.attempt?.order;
    if (order === undefined) throw new Error('it was licensed');
    const amended = { now: { ...order, volume: '0.02' } };
    const facts = new Map(fillFacts({ ...row, amended }, undefined));
    expect(facts.get('Filled')).toBe('0.004 BTC of 0.02');
  });

  it('has a line for each take-profit', async () => {
    const entry = await stopEntry(
      {},
      {
        takeProfits: [
          { price: '51000', share: '50' },
          { price: '53000', share: '30' },
        ],
      },
    );
    entry.show(FILLED);
    await followOrders(entry.reconcileDeps);
    const words = (row: ReturnType<Entry['now']>): readonly string[] =>
      fillFacts(row, undefined).flatMap(([label, value]) =>
        label.startsWith('Take-profit')
          ? [`${label}: ${value}`.replace(/[0-9-]{10} .*/, 'then')]
          : [],
      );
    expect(words(entry.now())).toEqual([
      'Take-profit 1: 50% at 51000: waits for the market',
      'Take-profit 2: 30% at 53000: waits for the market',
    ]);
    const tried = { tries: 1, atMs: entry.clock.nowMs() };
    const tries = [{ ...tried, number: 1, done: true } as const, { ...tried, number: 2 }];
    expect(words({ ...entry.now(), profits: { tries } })).toEqual([
      'Take-profit 1: 50% at 51000: reached then',
      'Take-profit 2: 30% at 53000: tried then',
    ]);
    const over = { tries: tries.slice(0, 1), ended: true } as const;
    expect(words({ ...entry.now(), profits: over })[1]).toBe(
      'Take-profit 2: 30% at 53000: not reached',
    );
  });

  it('has a line and an object for each stop', async () => {
    const { now } = await looked(
      ({ show, stop }) => {
        show(FILLED);
        stop('OONE', { volume: decimal('0.004') });
        stop('OTWO', { volume: decimal('0.006') });
      },
      ({ stop }) => stop('OONE', { ...traded('0.004', '180', '0.5'), status: 'closed' }),
    );
    const lines = fillFacts(now(), undefined).filter(([label]) => label === 'Its stop');
    expect(lines.map(([, value]) => value.replace(/, seen .*/, ''))).toEqual([
      'OONE for 0.004 BTC: filled, 0.004 BTC at 45000 USD, fee 0.5',
      'OTWO for 0.006 BTC: open',
    ]);
    expect(orderJson(now())).toMatchObject({
      closes: [
        {
          krakenId: 'OONE',
          size: '0.004',
          status: 'filled',
          volume: '0.004',
          cost: '180',
          fee: '0.5',
        },
        { krakenId: 'OTWO', size: '0.006', status: 'open', volume: '0', cost: '0', fee: '0' },
      ],
    });
  });

  it('says what to do where Kraken showed no stop for too long', async () => {
    const entry = await looked(filled);
    expect(fillTodo(entry.now())).toBe('Nothing.');
    for (const ms of [GIVE_UP_MS, 60_000]) {
      await entry.clock.sleep(ms);
      await followOrders(entry.reconcileDeps);
    }
    expect(fillTodo(entry.now())).toBe(
      'Look at Kraken: it showed no stop for 0.01 of what was filled.',
    );
    expect(orderJson(entry.now())).toMatchObject({ closes: [] });
  });
});
