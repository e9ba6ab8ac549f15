import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trippedNotice } from '../../../functions/core/notices/account-notice.ts';
import { FLATTEN_SOURCE } from '../../../functions/core/halt/flatten-source.ts';
import { ORDER_STATES, type OrderState } from '../../../functions/core/order-state.ts';
import {
  orderNotice,
  recalledNotice,
  unknownNotice,
  waitingNotice,
} from '../../../functions/core/notices/order-notice.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { reusedIdNotice } from '../../../functions/core/notices/signal-notice.ts';
import { orderRow, TEST_CONFIG } from '../order-fixture.ts';
import {
  context,
  factsOf,
  NONSENSE,
  SECRET,
  SENT_AT_MS,
  sentRow,
  sound,
  ZONED,
} from './notice-fixture.ts';

const placedRow: OrderRow = { ...sentRow(), exchangeOrderId: 'OABCDE-AAAAA-BBBBBB' };
const refusedRow: OrderRow = {
  ...orderRow({ sentAtMs: SENT_AT_MS, size: { unit: 'base', amount: '0.00001' } }, ZONED),
  refusal: {
    code: 'too-small',
    sentence: 'the size is below the smallest order of BTC/USD at Kraken, 0.0001 BTC.',
    numbers: { requested: '0.00001', rounded: '0.00001', minimum: '0.0001', sentAtMs: '5' },
  },
};

describe('what a person is told about an order', () => {
  const row = sentRow();

  it('is one notice for each version of the row, through the channels of its source', () => {
    const notice = orderNotice(row, 'unplaced', 'not found', context);
    expect(notice).toMatchObject({
      id: `order:${row.clientOrderId}:${row.version + 1}`,
      urgency: 'page',
      channels: ['ops'],
      atMs: 512_000,
      subject: 'order',
      zone: 'Europe/Berlin',
      command: `npx harpoon why ${row.clientOrderId}`,
    });
  });

  it('goes to every channel when its source is gone', () => {
    const gone = { ...context, config: { ...TEST_CONFIG, sources: {} } };
    expect(orderNotice(row, 'placed', 'so', gone)?.channels).toEqual([]);
    expect(waitingNotice(row, 'so', gone).channels).toEqual([]);
    expect(waitingNotice(row, 'so', context).channels).toEqual(['ops']);
  });

  it('is nothing while the order is on its way', () => {
    const silent = ORDER_STATES.filter((to) => orderNotice(row, to, '', context) === undefined);
    expect(silent).toEqual(['received', 'queued', 'prepared', 'unknown']);
  });

  const ALWAYS = ['Side', 'Account', 'Source', 'Signal age', 'Client order id', 'Signal id'];
  const SENT = [...ALWAYS, 'Volume', 'Price', 'Value', 'Requested'];
  it.each<[OrderState, OrderRow, string, 'info' | 'warning' | 'page', string[], boolean]>([
    ['placed', placedRow, 'placed', 'info', [...SENT, 'Kraken order id'], true],
    ['validated', sentRow(), 'checked by Kraken, nothing placed', 'info', SENT, false],
    ['rejected', refusedRow, 'refused', 'warning', [...ALWAYS, 'Smallest volume'], false],
    ['rejected', sentRow(), 'refused', 'warning', SENT, false],
    ['expired', refusedRow, 'too late', 'warning', ALWAYS, false],
    ['suppressed', refusedRow, 'stopped by the kill switch', 'warning', ALWAYS, false],
    ['unplaced', sentRow(), 'not at Kraken', 'page', SENT, true],
    ['needs-human', sentRow(), 'NEEDS YOU', 'page', SENT, true],
  ])('%s: %#', (state, one, happened, urgency, labels, pictured) => {
    const notice = orderNotice(one, state, 'because of this', context);
    const pair = one.decision?.pair ?? 'KRAKEN:XBTUSD';
    expect(notice).toMatchObject({ urgency, title: `buy ${pair} on main: ${happened}` });
    expect(Object.keys(factsOf(notice))).toEqual(expect.arrayContaining(labels));
    const reason = state === 'rejected' ? one.refusal?.sentence : undefined;
    expect(notice?.text.toLowerCase()).toContain((reason ?? 'because of this.').toLowerCase());
    expect(notice?.text.split('\n')).not.toContain('');
    expect(notice?.chart !== undefined).toBe(pictured);
    sound(notice);
  });

  it.each(['unplaced', 'needs-human'] as const)(
    '%s: names the order in the text too, where somebody has to look for it',
    (state) => {
      const named = `Client order id ${row.clientOrderId}.`;
      expect(orderNotice(row, state, 'so', context)?.text.split('\n').at(-1)).toBe(named);
      for (const told of ['placed', 'rejected', 'expired'] as const) {
        expect(orderNotice(row, told, 'so', context)?.text).not.toContain(named);
      }
    },
  );

  it('says of a paper order that it is one, and calls its trouble by the same name', () => {
    const paper = { ...row, exchangeOrderId: 'PAPER-0123456789ABCDEF0123' };
    const placed = orderNotice(paper, 'placed', 'so', context);
    expect(placed?.title).toBe('buy BTC/USD on main: placed on paper');
    expect(factsOf(placed)).toMatchObject({ 'Paper order id': paper.exchangeOrderId });
    expect(factsOf(placed)).not.toHaveProperty('Kraken order id');
    const lost = orderNotice(paper, 'needs-human', 'so', context);
    expect(lost?.title).toBe('buy BTC/USD on main: NEEDS YOU');
  });

  it('leaves the zone to the channel where none is set', () => {
    const plain = { ...context, config: TEST_CONFIG };
    const notice = orderNotice(row, 'placed', 'so', plain);
    expect(notice).not.toHaveProperty('zone');
    expect(notice?.chart?.zone).toBe('UTC');
    sound(notice);
  });

  it('says what the words of Kraken mean', () => {
    const told = orderNotice(row, 'rejected', 'Kraken refused: EAPI:Invalid nonce', context)?.text;
    expect(told).toContain('Kraken refused: EAPI:Invalid nonce.');
    expect(told).toContain('A nonce is the number that every request to Kraken carries');
  });
});

describe('an order that is not settled', () => {
  it('says for how many minutes it waited, until when it is tried, and what not to do', () => {
    const row = sentRow();
    const atMs = row.receivedAtMs + 3 * 60_000 + 59_000;
    const notice = waitingNotice(row, 'the key is in use', { ...context, atMs });
    expect(notice).toMatchObject({ id: `waiting:${row.clientOrderId}`, urgency: 'page' });
    expect(notice.text).toContain('waited 3 minutes: the key is in use.');
    expect(notice.text).toContain('may be placed twice');
    expect(notice.text).toContain('Nothing was sent yet.');
    const again = waitingNotice({ ...row, sends: 1 }, 'so', { ...context, atMs });
    expect(again.text).toContain('What was sent before is not at Kraken.');
    expect(factsOf(notice)['Tried until']).toBe('1 Jan 1970, 01:09:20 (Europe/Berlin)');
    expect(notice.text).toContain(`tried until ${factsOf(notice)['Tried until']}.`);
    sound(notice);
  });

  it('is told once while nobody knows whether it was placed', () => {
    const row = sentRow();
    const atMs = SENT_AT_MS + 1_000 + 5 * 60_000;
    const notice = unknownNotice(row, 'Kraken is in maintenance', { ...context, atMs });
    expect(notice).toMatchObject({
      id: `unknown:${row.clientOrderId}`,
      urgency: 'page',
      title: 'buy BTC/USD on main: not known yet whether it was placed',
    });
    expect(notice.text).toContain('sent 5 min ago');
    expect(notice.text).toContain('or you may have it twice');
    expect(notice.chart).toMatchObject({ pair: 'BTC/USD', zone: 'Europe/Berlin' });
    sound(notice);
    const plain = unknownNotice(row, 'so', { config: TEST_CONFIG, atMs });
    expect(plain.chart?.zone).toBe('UTC');
  });
});

describe('a cancel that the sender asked for', () => {
  const told = (isSettled: boolean) =>
    recalledNotice(sentRow(), { what: 'the order was cancelled', isSettled }, context);

  it('is told when it is settled, as news', () => {
    const { title, text, urgency, id } = told(true);
    expect(title).toBe('buy BTC/USD on main: its sender asked for a cancel');
    expect(text).toBe('The order was cancelled.');
    expect(urgency).toBe('info');
    expect(id).toBe(`recalled:${sentRow().clientOrderId}`);
    sound(told(true));
  });

  it('is told when it is not, as a call to look, with the name to look for', () => {
    const { title, text, urgency, id } = told(false);
    expect(title).toBe('buy BTC/USD on main: could not be cancelled yet');
    expect(text.split('\n')).toEqual([
      'The order was cancelled.',
      'Harpoon goes on trying every minute. Cancel it at Kraken by hand if it cannot wait.',
      `Client order id ${sentRow().clientOrderId}.`,
    ]);
    expect(urgency).toBe('page');
    expect(id).not.toBe(told(true).id);
    sound(told(false));
  });
});

describe('any notice about an order', () => {
  // fast-check draws such words on purpose; what a sender wrote is quoted, and is none of ours.
  const text = fc
    .oneof(fc.string({ maxLength: 40 }), fc.string({ minLength: 900, maxLength: 5_000 }))
    .filter((drawn) => !NONSENSE.test(drawn));
  const signal = fc.record({
    id: text,
    symbol: text,
    comment: fc.constant(SECRET),
    unknown: fc.constant({ secret: SECRET }),
    sentAtMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  });

  it('keeps its limits, and tells no secret and no nonsense, whatever was sent', () => {
    fc.assert(
      fc.property(signal, text, fc.constantFrom(...ORDER_STATES), (sent, why, state) => {
        const row = { ...sentRow(sent), outcome: why };
        const numbers = Object.fromEntries(
          Array.from({ length: 30 }, (_, n) => [`${n}${why}`, why]),
        );
        const refused = { ...row, refusal: { code: 'bad-size', sentence: why, numbers } } as const;
        for (const one of [row, refused, orderRow(sent, ZONED)]) {
          sound(orderNotice(one, state, why, context));
          sound(waitingNotice(one, why, context));
          sound(unknownNotice(one, why, context));
          sound(trippedNotice(one, { blocks: 'entries', reason: why }, context));
          sound(reusedIdNotice(one, why, ZONED));
        }
      }),
      { numRuns: 60 },
    );
  });
});

it('the sale of a halt that needs a person says what waits for it, and no other order does', () => {
  const row = sentRow();
  const sale = { ...row, signal: { ...row.signal, source: FLATTEN_SOURCE } };
  const waits = 'until npx harpoon settle, every order that follows from a book of this pair waits';
  expect(orderNotice(sale, 'needs-human', 'so', context)?.text).toContain(waits);
  expect(orderNotice(sale, 'unplaced', 'so', context)?.text).not.toContain(waits);
  expect(orderNotice(row, 'needs-human', 'so', context)?.text).not.toContain(waits);
});
