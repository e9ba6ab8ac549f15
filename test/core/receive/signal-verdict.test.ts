import { describe, expect, it } from 'vitest';
import type { SwitchReading } from '../../../functions/core/ports.ts';
import { REDUCING_MAX_AGE_MS, REQUEUE_MS } from '../../../functions/core/protocol.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import {
  CLOCK_TOLERANCE_MS,
  refusalOfFuture,
  verdictOf,
  type Arrival,
} from '../../../functions/core/receive/signal-verdict.ts';
import { MAIN, orderRow, TEST_CONFIG, TREND } from '../order-fixture.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const LEAVES: Partial<Signal> = { action: 'sell', marketPosition: 'flat' };
const TURNS: Partial<Signal> = { target: { position: 'short', prev: { position: 'long' } } };

function verdict(ageMs: number, given: Partial<Arrival> & { says?: Partial<Signal> } = {}) {
  const { says, ...rest } = given;
  const { signal, payloadHash } = orderRow({ sentAtMs: NOW_MS - ageMs, ...says }, TEST_CONFIG);
  return verdictOf({
    ...{ signal, payloadHash, config: TEST_CONFIG, source: TREND, accountName: 'main' },
    ...{ account: MAIN, switches: { kind: 'on' }, market: undefined, nowMs: NOW_MS, ...rest },
  });
}

describe('a signal that arrives', () => {
  it.each([
    ['just young enough', 60_000, {}, 'accepted', 'received'],
    ['a moment too old', 60_001, {}, 'stale', 'expired'],
    ['too old, and only leaves a position', 60_001, LEAVES, 'accepted', 'received'],
    ['too old, and turns a position around', 60_001, TURNS, 'accepted', 'received'],
  ])('%s', (_name, ageMs, says, word, state) => {
    const { row, ...rest } = verdict(ageMs, { says });
    expect(rest.word).toBe(word);
    expect(row.state).toBe(state);
    expect(row.dueAtMs).toBe(state === 'received' ? NOW_MS + REQUEUE_MS : undefined);
  });

  it('expires counted from its sending, or from its receipt when it only leaves', () => {
    expect(verdict(7_000).row.expiresAtMs).toBe(NOW_MS - 7_000 + TREND.maxAgeMs);
    expect(verdict(-7_000).row.expiresAtMs).toBe(NOW_MS + TREND.maxAgeMs);
    const leaving = verdict(7_000, { says: LEAVES });
    expect(leaving.row.expiresAtMs).toBe(NOW_MS + REDUCING_MAX_AGE_MS);
  });

  it('too late says how old it was, and a chart what to write instead', () => {
    const chart = verdict(90_000);
    expect(chart.why).toContain("was 90 s old when it arrived; this source's limit is 60 s");
    expect(chart.why).toContain('write {{timenow}}, not {{time}}');
    expect(chart.notice?.id).toBe(`order:${chart.row.clientOrderId}:1`);
    const source = { ...TREND, auth: 'standard-webhooks' as const };
    expect(verdict(90_000, { source }).why).not.toContain('timenow');
  });

  it.each<[SwitchReading, Partial<Signal>, string]>([
    [{ kind: 'off', blocks: 'all', why: 'so' }, {}, 'the kill switch blocks all orders: so'],
    [{ kind: 'off', blocks: 'all', why: 'so' }, LEAVES, 'the kill switch blocks all orders: so'],
    [{ kind: 'off', blocks: 'entries', why: 'so' }, {}, 'the kill switch blocks new risk: so'],
    [{ kind: 'off', blocks: 'entries', why: 'so' }, LEAVES, 'signal received'],
    [{ kind: 'off', blocks: 'entries', why: 'so' }, TURNS, 'signal received'],
    [{ kind: 'off', blocks: 'all', why: 'so' }, TURNS, 'the kill switch blocks all orders: so'],
    [{ kind: 'not-armed' }, LEAVES, 'account main is not armed yet: run npm run arm'],
  ])('with the switch %j and %j', (switches, says, why) => {
    expect(verdict(0, { switches, says }).why).toContain(why);
  });
});

describe('a signal from the future', () => {
  it.each([
    [CLOCK_TOLERANCE_MS, false],
    [CLOCK_TOLERANCE_MS + 1, true],
  ])('of %i ms is refused: %s', (aheadMs, refused) => {
    const sentAtMs = NOW_MS + aheadMs;
    const { signal } = orderRow({ sentAtMs }, TEST_CONFIG);
    const reason = refusalOfFuture(signal, NOW_MS);
    expect(reason?.code).toBe(refused ? 'future-time' : undefined);
    const numbers = { sentAtMs: String(sentAtMs), nowMs: String(NOW_MS) };
    expect(reason?.numbers).toEqual(refused ? numbers : undefined);
  });
});
