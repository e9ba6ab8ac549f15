/** An order that was decided and sent, and what must hold for every notice about anything. */
import { expect } from 'vitest';
import { NOTICE_LIMITS } from '../../../functions/core/notices/notice-limits.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { orderRow, TEST_CONFIG } from '../order-fixture.ts';

/** Its reader lives in Berlin. */
export const ZONED = { ...TEST_CONFIG, zone: 'Europe/Berlin' };
export const SENT_AT_MS = 500_000;
export const context = { config: ZONED, atMs: 512_000 };
/** No notice may say it. */
export const SECRET = 'the-secret-of-the-sender';

/** A row that was decided and sent. */
export function sentRow(changed: Partial<Signal> = {}): OrderRow {
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

/** The facts of a notice by their labels. */
export const factsOf = (notice: Notice | undefined) =>
  Object.fromEntries((notice?.facts ?? []).map(({ label, value }) => [label, value]));

/** How a value that is not there looks in a text. */
export const NONSENSE = /undefined|\bNaN\b|\[object|Invalid Date/;

/** What holds for every notice: its limits, and no sign of a value that is not there. */
export function sound(notice: Notice | undefined): void {
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
  // A table row takes no value that is not there.
  expect(Object.values(notice)).not.toContain(undefined);
  const all = JSON.stringify(notice);
  expect(all).not.toMatch(NONSENSE);
  expect(all).not.toContain(SECRET);
  expect(all).not.toContain('token-of-the-attempt');
}
