import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountNotice,
  foreignMessageNotice,
  keyNotice,
  noRowNotice,
  trippedNotice,
} from '../../../functions/core/notices/account-notice.ts';
import { NOTICE_LIMITS } from '../../../functions/core/notices/notice-limits.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { ORDER_STATES, type OrderState } from '../../../functions/core/order-state.ts';
import {
  orderNotice,
  recalledNotice,
  unknownNotice,
  waitingNotice,
} from '../../../functions/core/notices/order-notice.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import {
  refusedMessageNotice,
  reusedIdNotice,
} from '../../../functions/core/notices/signal-notice.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { orderRow, TEST_CONFIG, TREND } from '../order-fixture.ts';

const ZONED = { ...TEST_CONFIG, zone: 'Europe/Berlin' };
const SENT_AT_MS = 500_000;
const context = { config: ZONED, atMs: 512_000 };
const SECRET = 'the-secret-of-the-sender';

/** A row that was decided and sent. */
function sentRow(changed: Partial<Signal> = {}): OrderRow {
  const row = orderRow({ sentAtMs: SENT_AT_MS, ...changed }, ZONED);
  return {
    ...row,
    decision: {
      pair: 'BTC/USD',
      pairReason: 'by name',
      steps: [
        { step: 'size from', value: 'the message' },
        { step: 'size', value: '0.0100000099 BTC' },
        { step: 'rounded down to 8 decimals', value: '0.01 BTC' },
      ],
      notional: '500.05',
      atPrice: '50005',
      reducing: false,
    },
    attempt: {
      token: 'token-of-the-attempt',
      nonce: '1',
      deadlineMs: SENT_AT_MS + 11_000,
      preparedAtMs: SENT_AT_MS + 1_000,
      order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01' },
      keyId: 'key-of-main',
      fence: 1,
      validate: false,
    },
  };
}

const placedRow: OrderRow = { ...sentRow(), exchangeOrderId: 'OABCDE-AAAAA-BBBBBB' };
const refusedRow: OrderRow = {
  ...orderRow({ sentAtMs: SENT_AT_MS, size: { unit: 'base', amount: '0.00001' } }, ZONED),
  refusal: {
    code: 'too-small',
    sentence: 'the size is below the smallest order of BTC/USD at Kraken, 0.0001 BTC.',
    numbers: { requested: '0.00001', rounded: '0.00001', minimum: '0.0001', sentAtMs: '5' },
  },
};

const factsOf = (notice: Notice | undefined) =>
  Object.fromEntries((notice?.facts ?? []).map(({ label, value }) => [label, value]));

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

  it('has the numbers of what was sent, with what was asked for', () => {
    expect(factsOf(orderNotice(placedRow, 'placed', 'so', context))).toEqual({
      Side: 'buy',
      Volume: '0.01 BTC',
      Price: 'market, about 50005 USD',
      Value: '500.05 USD',
      Requested: '0.0100000099 BTC',
      Account: 'main',
      Source: 'trend',
      Symbol: 'KRAKEN:XBTUSD',
      'Signal age': '12 s',
      'Kraken order id': 'OABCDE-AAAAA-BBBBBB',
      'Client order id': placedRow.clientOrderId,
      'Signal id': 'signal',
    });
  });

  it('has the numbers of a refusal: what was asked for, and Kraken’s minimum', () => {
    expect(factsOf(orderNotice(refusedRow, 'rejected', 'so', context))).toMatchObject({
      'Asked for': '0.00001 of KRAKEN:XBTUSD, market',
      Requested: '0.00001',
      'Rounded to': '0.00001',
      'Smallest volume': '0.0001',
      Reason: 'too-small',
    });
  });

  it.each([
    [{ unit: 'quote', amount: '100', currency: 'USD' }, '100 USD of KRAKEN:XBTUSD, limit at 49000'],
    [{ unit: 'percent', amount: '10' }, '10 % of the equity of KRAKEN:XBTUSD, limit at 49000'],
    [undefined, 'KRAKEN:XBTUSD, limit at 49000'],
  ] as const)('says what a message asked for: %o', (size, words) => {
    const signal = { sentAtMs: SENT_AT_MS, type: 'limit', price: '49000' } as const;
    const asked = orderRow(size === undefined ? signal : { ...signal, size }, ZONED);
    expect(factsOf(orderNotice(asked, 'rejected', 'so', context))['Asked for']).toBe(words);
  });

  it('never says that a signal is younger than nothing', () => {
    const early = { ...context, atMs: SENT_AT_MS - 700 };
    expect(factsOf(orderNotice(row, 'placed', 'so', early))['Signal age']).toBe('0 s');
  });

  it('says what the words of Kraken mean', () => {
    const told = orderNotice(row, 'rejected', 'Kraken refused: EAPI:Invalid nonce', context)?.text;
    expect(told).toContain('Kraken refused: EAPI:Invalid nonce.');
    expect(told).toContain('A nonce is the number that every request to Kraken carries');
  });
});

describe('docs/notifications.md', () => {
  const page = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');
  const row = sentRow();
  const orders = [
    ...ORDER_STATES.flatMap((state) => orderNotice(row, state, 'so', context) ?? []),
    waitingNotice(row, 'so', context),
    unknownNotice(row, 'so', context),
    recalledNotice(row, { what: 'so', isSettled: true }, context),
    recalledNotice(row, { what: 'so', isSettled: false }, context),
    recalledNotice(row, { what: 'so', isSettled: true, because: 'silence' }, context),
  ];

  it.each(orders)('explains $title', ({ title, urgency }) => {
    const [, happened] = /on main: (.*)$/.exec(title) ?? [];
    const urgent = urgency === 'page' ? ' yes ' : ' ';
    expect(page).toContain(`| ${happened} |${urgent}|`);
  });

  it.each([
    trippedNotice(row, { blocks: 'all', reason: 'so' }, context),
    keyNotice('main', { half: 'trade', why: 'so' }, context),
    keyNotice('main', { half: 'query', why: 'so' }, context),
    noRowNotice({ account: 'main', orderKey: 'f' }, context),
    foreignMessageNotice('m', context),
    reusedIdNotice(row, 'so', ZONED),
  ])('explains $title', ({ title }) => {
    const known = page.split('\n').flatMap((line) => /^\| ([A-Z][^|]*) \|/.exec(line)?.[1] ?? []);
    const begins = known.map((words) => words.split('…')[0] ?? '');
    expect(begins.filter((words) => title.startsWith(words))).toHaveLength(1);
  });
});

describe('the picture of an order', () => {
  const limit = { pair: 'XBTUSD', side: 'buy', type: 'limit', volume: '0.01' } as const;
  const withOrder = (order: Partial<NonNullable<OrderRow['attempt']>['order']>, signal = {}) => {
    const row = sentRow(signal);
    const attempt = row.attempt && { ...row.attempt, order: { ...limit, ...order } };
    return orderNotice({ ...row, ...(attempt && { attempt }) }, 'placed', 'so', context)?.chart;
  };

  it('is about the moment of the decision, in the zone of the person', () => {
    expect(withOrder({ type: 'market' })).toEqual({
      pair: 'BTC/USD',
      atMs: SENT_AT_MS + 1_000,
      price: '50005',
      zone: 'Europe/Berlin',
      levels: [{ role: 'entry', label: 'about', price: '50005' }],
    });
  });

  it.each([
    ['a limit', { type: 'limit', price: '49000' }, [['entry', '49000']]],
    ['a stop', { type: 'stop-loss', price: '48000' }, [['stop', '48000']]],
    [
      'a target',
      { type: 'take-profit-limit', price: '60000', price2: '+5' },
      [['target', '60000']],
    ],
    ['a distance', { type: 'trailing-stop', price: '+2%' }, []],
  ] as const)('has a line for %s', (_what, order, lines) => {
    const levels = withOrder(order)?.levels.map(({ role, price }) => [role, price]);
    expect(levels).toEqual(lines);
  });

  it('shows the stop that sized the order, and that it is not set', () => {
    expect(withOrder({ type: 'market' }, { riskStop: '47000' })?.levels[1]).toEqual({
      ...{ role: 'stop', label: 'stop, not set', price: '47000' },
    });
    expect(withOrder({ type: 'market' }, { riskStop: '-2%' })?.levels).toHaveLength(1);
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
    expect(factsOf(notice)['Tried until']).toContain('Europe/Berlin');
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
    sound(notice);
  });
});

describe('a notice about an account', () => {
  it('goes to every channel, at once', () => {
    const what = { id: 'x', title: 'T', lines: ['why', ''] };
    expect(accountNotice('main', what, { config: TEST_CONFIG, atMs: 5 })).toEqual({
      ...{ id: 'account:main:x', title: 'T', text: 'why.', facts: [], subject: 'account' },
      ...{ atMs: 5, urgency: 'page', channels: [], command: 'npx harpoon check' },
    });
  });

  it('says which switch tripped, what it stops, and how to go on', () => {
    const row = sentRow();
    const reason = 'the trade key may withdraw-funds: make a new key without that permission';
    const notice = trippedNotice(row, { blocks: 'all', reason }, context);
    expect(notice.id).toBe(`account:main:tripped:${row.orderKey}`);
    expect(notice.text).toContain('The trade key may withdraw-funds');
    expect(notice.text).toContain('every order of account main is stopped');
    expect(factsOf(notice)).toMatchObject({ Blocks: 'every order', Source: 'trend' });
    sound(notice);
  });

  it('tells of a key once a day for each fault', () => {
    const at = (atMs: number, why: string) =>
      keyNotice('main', { half: 'query', why }, { ...context, atMs }).id;
    expect(at(0, 'a')).toBe(at(86_399_999, 'a'));
    expect(new Set([at(0, 'a'), at(0, 'b'), at(86_400_000, 'a')]).size).toBe(3);
    for (const half of ['trade', 'query'] as const) {
      const notice = keyNotice('main', { half, why: 'it has a nonce window of 10' }, context);
      expect(notice.title).toBe(`The ${half} key of main cannot be used`);
      expect(notice.text).toContain('A nonce is the number');
      sound(notice);
    }
  });

  it('tells of strange messages', () => {
    sound(noRowNotice({ account: 'main', orderKey: 'f'.repeat(64) }, context));
    sound(foreignMessageNotice('m-1', context));
  });
});

describe('a message that left no order', () => {
  const source = { name: 'trend', source: TREND };
  const reason = { code: 'bad-field', sentence: 'the field "size" is no number.' } as const;

  it('is told once for the same message, with its reason and never its text', () => {
    const notice = (body: string) =>
      refusedMessageNotice(source, { reason, body: new TextEncoder().encode(body) }, context);
    const first = notice(SECRET);
    expect(first).toMatchObject({ urgency: 'warning', channels: ['ops'], subject: 'order' });
    expect(factsOf(first)).toMatchObject({ Source: 'trend', Message: `${SECRET.length} bytes` });
    expect(first.id).toBe(notice(SECRET).id);
    expect(first.id).not.toBe(notice('another').id);
    sound(first);
    const large = refusedMessageNotice(source, { reason, body: 'too-large' }, context);
    expect(factsOf(large)['Message']).toBe('too-large');
  });

  it('is told with the numbers of the order that it is not', () => {
    const row = sentRow();
    const notice = reusedIdNotice(row, 'this id came before.', ZONED);
    expect(notice.id).toBe(`${row.orderKey}-reused-${row.payloadHash.slice(0, 16)}`);
    expect(factsOf(notice)).toMatchObject({ Side: 'buy', 'Signal id': 'signal' });
    sound(notice);
  });
});

describe('any notice about an order', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ minLength: 900, maxLength: 5_000 }),
  );
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

/** What holds for every notice: its limits, and no sign of a value that is not there. */
function sound(notice: Notice | undefined): void {
  if (notice === undefined) return;
  const { title, text, facts = [], command = '' } = notice;
  expect(title.length).toBeLessThanOrEqual(NOTICE_LIMITS.title);
  expect(text.length).toBeLessThanOrEqual(NOTICE_LIMITS.text);
  expect(facts.length).toBeLessThanOrEqual(NOTICE_LIMITS.facts);
  for (const { label, value } of facts) {
    expect(label.length).toBeLessThanOrEqual(NOTICE_LIMITS.label);
    expect(value.length).toBeLessThanOrEqual(NOTICE_LIMITS.value);
    expect(value).not.toBe('');
  }
  expect(command).toMatch(/^npx harpoon /);
  const all = JSON.stringify(notice);
  expect(all).not.toMatch(/undefined|\bNaN\b|\[object|Invalid Date/);
  expect(all).not.toContain(SECRET);
  expect(all).not.toContain('token-of-the-attempt');
}
