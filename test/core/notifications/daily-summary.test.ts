import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderCheck } from '../../../functions/core/reconcile/check-orders.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { NOTICE_LIMITS } from '../../../functions/core/notices/notice-limits.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import {
  summaryId,
  summaryNotice,
  type DayReport,
} from '../../../functions/core/notifications/daily-summary.ts';
import { ORDER_STATES, type OrderState } from '../../../functions/core/order-state.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { orderRow, TEST_CONFIG } from '../order-fixture.ts';

const DAY_MS = 86_400_000;
const UNTIL_MS = Date.UTC(2026, 10, 23, 7);

const NOTHING: OrderCheck = {
  ...{ checked: 0, differences: [], external: [], unchecked: [], found: new Map() },
};

const QUIET: DayReport = {
  day: { day: '2026-11-23', fromMs: UNTIL_MS - DAY_MS, untilMs: UNTIL_MS },
  atMs: UNTIL_MS + 5_000,
  channels: ['ops'],
  zone: 'Europe/Berlin',
  received: [],
  placed: [],
  check: NOTHING,
  told: { alerts: 0, dead: 0, isWhole: true },
  blocked: [],
  isWhole: true,
};

function placedRow(id: string, changed: { action?: 'buy' | 'sell'; pair?: string } = {}): OrderRow {
  const { action = 'buy', pair = 'BTC/USD' } = changed;
  const row = orderRow({ id, sentAtMs: UNTIL_MS - 1_000, action }, TEST_CONFIG);
  return {
    ...row,
    state: 'placed',
    decision: {
      ...{ pair, pairReason: '', steps: [], notional: '500', atPrice: '50000', reducing: false },
    },
    attempt: {
      ...{ token: 't', nonce: '1', keyId: 'k', fence: 1, validate: false },
      ...{ deadlineMs: UNTIL_MS, preparedAtMs: UNTIL_MS - 900 },
      order: { pair: 'XBTUSD', side: action, type: 'market', volume: '0.01' },
    },
  };
}

function filled(row: OrderRow, figures: { cost: string; fee: string }): [string, FoundOrder] {
  const found: FoundOrder = {
    ...{ exchangeOrderId: 'O1', pair: 'XBTUSD', side: row.signal.action, type: 'market' },
    ...{ volume: decimal('0.01'), filled: decimal('0.01'), status: 'closed', openedAtMs: 0 },
    ...{ cost: decimal(figures.cost), fee: decimal(figures.fee), averagePrice: decimal('50010') },
  };
  return [row.clientOrderId, found];
}

const signals = (...states: readonly OrderState[]) =>
  states.map((state, n) => ({
    ...{ account: 'main', orderKey: `key-${n}`, state, receivedAtMs: UNTIL_MS - 1 },
  }));

const factsOf = ({ facts = [] }: Notice) =>
  Object.fromEntries(facts.map(({ label, value }) => [label, value]));

/** What text made of a missing value looks like. */
const FAULTY = /undefined|\bNaN\b|\[object/;

describe('the daily summary', () => {
  it('is written also when nothing happened', () => {
    expect(summaryNotice(QUIET)).toEqual({
      id: 'summary:2026-11-23',
      atMs: UNTIL_MS + 5_000,
      urgency: 'info',
      channels: ['ops'],
      title: 'Daily summary 2026-11-23: no signals, 0 placed',
      text: 'No signal came.',
      facts: [
        { label: 'From', value: '22 Nov 2026, 08:00:00 (Europe/Berlin)' },
        { label: 'To', value: '23 Nov 2026, 08:00:00 (Europe/Berlin)' },
        { label: 'Signals', value: 'none' },
        { label: 'Bought', value: 'nothing' },
        { label: 'Sold', value: 'nothing' },
        { label: 'Fees', value: 'nothing' },
        { label: 'Alerts fired', value: '0' },
        { label: 'Not delivered', value: '0' },
        { label: 'Blocked now', value: 'nothing' },
        { label: 'Record', value: 'checked no orders against Kraken, no differences' },
      ],
      command: 'npx harpoon orders --since 24h',
      subject: 'summary',
      zone: 'Europe/Berlin',
    });
  });

  it('counts signals by what became of them, every state in words', () => {
    const received = signals('placed', 'rejected', 'placed', 'expired', 'suppressed');
    const notice = summaryNotice({ ...QUIET, received });
    expect(factsOf(notice)['Signals']).toBe(
      '5: 2 placed, 1 refused, 1 too late, 1 stopped by a kill switch',
    );
    expect(notice.title).toBe('Daily summary 2026-11-23: 5 signals, 2 placed');
    expect(notice.urgency).toBe('info');
    expect(notice.text).toBe('');
    for (const state of ORDER_STATES) {
      const one = factsOf(summaryNotice({ ...QUIET, received: signals(state) }))['Signals'];
      expect(one).toMatch(/^1: 1 [A-Za-z ]+$/);
    }
  });

  it('sums what Kraken executed, by side and currency, with its fees', () => {
    const rows = [
      placedRow('a'),
      placedRow('b'),
      placedRow('c', { action: 'sell' }),
      placedRow('d', { pair: 'ETH/EUR' }),
    ] as const;
    const found = new Map([
      filled(rows[0], { cost: '500.1', fee: '1.3' }),
      filled(rows[1], { cost: '0.000000000000000001', fee: '0' }),
      filled(rows[2], { cost: '700', fee: '1.82' }),
      filled(rows[3], { cost: '20.5', fee: '0.05' }),
    ]);
    const check = { ...NOTHING, checked: 4, found };
    const notice = summaryNotice({ ...QUIET, placed: rows, check });
    expect(factsOf(notice)).toMatchObject({
      Bought: '500.100000000000000001 USD, 20.5 EUR',
      Sold: '700 USD',
      Fees: '3.12 USD, 0.05 EUR',
      Record: 'checked 4 orders against Kraken, no differences',
    });
    expect(factsOf(notice)).not.toHaveProperty('Fills not known');
    expect(notice.text).toContain(
      '- buy 0.01 BTC/USD on main: filled 0.01 at 50010, worth 500.1 USD, fee 1.3 USD',
    );
    expect(notice.text).toContain('What each strategy made is in its book: npx harpoon books.');
    expect(notice.urgency).toBe('info');
  });

  it('counts what a strategy with a target sold as sold, though its message says long', () => {
    const row = placedRow('a', { action: 'sell' });
    const said = { ...row.signal, action: 'buy', target: { position: 'long', size: '1' } } as const;
    const found = new Map([filled(row, { cost: '700', fee: '1' })]);
    const check = { ...NOTHING, checked: 1, found };
    const notice = summaryNotice({ ...QUIET, placed: [{ ...row, signal: said }], check });
    expect(factsOf(notice)).toMatchObject({ Bought: 'nothing', Sold: '700 USD' });
    expect(notice.text).toContain('- sell 0.01 BTC/USD on main: filled 0.01');
  });

  it('says of the rest what it was to be worth, and adds it to nothing', () => {
    const rows = [placedRow('a'), placedRow('b')];
    const notice = summaryNotice({ ...QUIET, placed: rows });
    expect(factsOf(notice)).toMatchObject({
      Bought: 'nothing',
      'Fills not known': '2 orders, ordered for about 1000 USD',
    });
    expect(notice.text).toContain('about 500 USD, fill not known');
  });

  it('says that a resting order has nothing filled, and counts that as known', () => {
    const row = placedRow('a');
    const [id, order] = filled(row, { cost: '0', fee: '0' });
    const { averagePrice: _price, cost: _cost, fee: _fee, ...bare } = order;
    const resting = { ...bare, filled: decimal('0'), status: 'open' };
    const check = { ...NOTHING, checked: 1, found: new Map([[id, resting]]) };
    const notice = summaryNotice({ ...QUIET, placed: [row], check });
    expect(notice.text).toContain('on main: open, nothing filled');
    expect(factsOf(notice)).toMatchObject({ Bought: 'nothing', Fees: 'nothing' });
    expect(factsOf(notice)).not.toHaveProperty('Fills not known');
  });

  it.each<[string, Partial<DayReport>, RegExp]>([
    [
      'a difference',
      { check: { ...NOTHING, differences: ['A is gone'] } },
      /differ.*\n- A is gone/,
    ],
    ['a foreign order', { check: { ...NOTHING, external: ['B'] } }, /not Harpoon’s.*\n- B/],
    [
      'a failed check',
      { check: { ...NOTHING, unchecked: ['main: away'] } },
      /checked:\n- main: away/,
    ],
    ['a block', { blocked: ['main: every order (by hand)'] }, /Blocked now.*\n- main: every order/],
    ['an order that needs a person', { received: signals('needs-human') }, /^An order needs you/],
  ])('warns of %s before everything else', (_what, change, words) => {
    const notice = summaryNotice({ ...QUIET, ...change });
    expect(notice.urgency).toBe('warning');
    expect(notice.text).toMatch(words);
  });

  it('has the numbers of the comparison in its title and facts', () => {
    const check = { ...NOTHING, checked: 1, differences: ['A'], external: ['B'], unchecked: ['C'] };
    const notice = summaryNotice({ ...QUIET, check });
    expect(notice.title).toContain('1 difference, not all could be checked');
    expect(factsOf(notice)['Record']).toBe(
      'checked 1 order against Kraken, 1 difference; 1 order not Harpoon’s; could not be checked: 1 part',
    );
  });

  it('needs a person where one order does, however many do not', () => {
    const of = (...states: readonly OrderState[]) =>
      summaryNotice({ ...QUIET, received: signals(...states) });
    const needs = of('placed', 'needs-human', 'placed');
    expect(needs.urgency).toBe('warning');
    expect(needs.text).toContain('An order needs you');
    expect(of('placed', 'rejected').text).not.toContain('An order needs you');
  });

  it('names five of a kind and counts the rest', () => {
    const named = (count: number) => {
      const external = Array.from({ length: count }, (_, n) => `order ${n + 1}`);
      const { text } = summaryNotice({ ...QUIET, check: { ...NOTHING, external } });
      return text.split('\n').slice(1, -1);
    };
    const five = [1, 2, 3, 4, 5].map((n) => `- order ${n}`);
    expect(named(1)).toEqual(['- order 1']);
    expect(named(5)).toEqual(five);
    expect(named(7)).toEqual([...five, '- and 2 more']);
  });

  it('says no more of an order than Kraken does', () => {
    const row = placedRow('a');
    const [id, order] = filled(row, { cost: '500', fee: '1' });
    const { averagePrice: _price, cost: _cost, fee: _fee, ...bare } = order;
    const check = { ...NOTHING, checked: 1, found: new Map([[id, bare]]) };
    const notice = summaryNotice({ ...QUIET, placed: [row], check });
    expect(notice.text).toContain('- buy 0.01 BTC/USD on main: filled 0.01\n');
    expect(factsOf(notice)).toMatchObject({
      'Fills not known': '1 order, ordered for about 500 USD',
    });
  });

  it('is told in UTC where no zone is set', () => {
    const { zone: _none, ...report } = QUIET;
    const notice = summaryNotice(report);
    expect(notice).not.toHaveProperty('zone');
    expect(factsOf(notice)['From']).toBe('22 Nov 2026, 07:00:00 (UTC)');
  });

  it('says when it did not read everything', () => {
    const told = { alerts: 3, dead: 1, isWhole: false };
    const notice = summaryNotice({ ...QUIET, told, isWhole: false });
    expect(factsOf(notice)).toMatchObject({
      'Alerts fired': 'at least 3',
      'Not delivered': 'at least 1',
    });
    expect(notice.text).toContain('the numbers are the least');
    expect(notice.urgency).toBe('warning');
  });

  it('keeps its limits and speaks of numbers alone, whatever the day was', () => {
    // A name that a person chose may read like what a fault of ours prints; it is not one.
    const text = fc.string({ maxLength: 400 }).filter((one) => !FAULTY.test(one));
    const lines = fc.array(text, { maxLength: 30 });
    const day = fc.record({
      ...{ differences: lines, external: lines, unchecked: lines, blocked: lines },
      states: fc.array(fc.constantFrom(...ORDER_STATES), { maxLength: 30 }),
      orders: fc.integer({ min: 0, max: 30 }),
      known: fc.boolean(),
    });
    fc.assert(
      fc.property(day, ({ states, orders, known, blocked, ...found }) => {
        const placed = Array.from({ length: orders }, (_, n) => placedRow(`p${n}`));
        const figures = placed.map((row) => filled(row, { cost: '1', fee: '0.1' }));
        const check = { ...NOTHING, ...found, found: new Map(known ? figures : []) };
        const notice = summaryNotice({
          ...QUIET,
          ...{ placed, check, blocked, received: signals(...states) },
        });
        expect(notice.title.length).toBeLessThanOrEqual(NOTICE_LIMITS.title);
        expect(notice.text.length).toBeLessThanOrEqual(NOTICE_LIMITS.text);
        for (const { value } of notice.facts ?? []) {
          expect(value.length).toBeLessThanOrEqual(NOTICE_LIMITS.value);
          expect(value).not.toMatch(FAULTY);
        }
        const total = known ? `${orders} USD` : 'nothing';
        expect(factsOf(notice)['Bought']).toBe(orders === 0 ? 'nothing' : total);
      }),
      { numRuns: 100 },
    );
  });

  it('has one id for each local day', () => {
    expect(summaryId('2026-11-23')).toBe('summary:2026-11-23');
  });
});
