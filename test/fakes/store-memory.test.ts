import { describe, expect, it } from 'vitest';
import type { OrderRow } from '../../functions/core/order.ts';
import { frozen, stored, StoreMemory } from './store-memory.ts';

/** Every part that a row can have. */
const WHOLE: Required<OrderRow> = {
  schema: 1,
  account: 'main',
  orderKey: 'k'.repeat(64),
  state: 'unknown',
  version: 3,
  clientOrderId: 'c',
  payloadHash: 'p',
  signal: {
    ...{ id: 'a', source: 'trend', sentAtMs: 1, symbol: 'BTC/USD', action: 'buy', type: 'market' },
  },
  receivedAtMs: 1,
  expiresAtMs: 2,
  sends: 1,
  licences: 2,
  dueAtMs: 3,
  decision: {
    ...{ pair: 'BTC/USD', pairReason: 'named', steps: [], notional: '1', atPrice: '1' },
    reducing: false,
  },
  attempt: {
    ...{ token: 't', nonce: '1', deadlineMs: 1, preparedAtMs: 1, keyId: 'k', fence: 1 },
    order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '1' },
    validate: false,
  },
  exchangeOrderId: 'O1',
  outcome: 'said',
  fill: { status: 'open', volume: '0', cost: '0', fee: '0', seenAtMs: 1 },
  closes: { orders: [], unseen: '1' },
  profits: { tries: [] },
  freedAtMs: 1,
  refusal: { code: 'too-small', sentence: 'too small', numbers: {} },
  refusedBeforeEngine: true,
  absences: [{ atMs: 1, control: 'O0' }],
  amended: { ended: { firedAtMs: 1, hash: 'm' } },
  settled: { says: 'absent', by: 'ann', why: 'I looked', atMs: 1 },
  shares: [{ source: 'trend', volume: '1', cost: '1', fee: '0' }],
  auditHash: 'h',
};

describe('a row in the memory', () => {
  it('has every part that was stored, and the hash of its newest entry', () => {
    expect(stored(WHOLE, 'next')).toStrictEqual({ ...WHOLE, auditHash: 'next' });
  });

  it('has no part that was not stored', () => {
    const { dueAtMs: _due, absences: _absences, ...rest } = WHOLE;
    expect(stored(rest, 'h')).toStrictEqual(rest);
  });

  it('cannot be changed by who is given it, at any depth', () => {
    const row = new StoreMemory().kept(stored(structuredClone(WHOLE), 'h'));
    expect(() => Object.assign(row, { sends: 0 })).toThrow(TypeError);
    expect(() => Object.assign(row.signal, { id: 'b' })).toThrow(TypeError);
    expect(() => Object.assign(row.absences ?? [], [{ atMs: 2 }])).toThrow(TypeError);
  });

  it('is as it was when a backup is put back, whatever was kept or told meanwhile', () => {
    const memory = new StoreMemory();
    memory.rows.set('a', stored(WHOLE, 'first'));
    const putBack = memory.backup();
    memory.rows.set('a', stored(WHOLE, 'second'));
    memory.put(frozen({ id: 'n', atMs: 1, urgency: 'page', channels: [], title: '', text: '' }));
    expect(memory.isAtRest()).toBe(false);
    putBack();
    expect(memory.rows.get('a')?.auditHash).toBe('first');
    expect(memory.outbox.isEmpty).toBe(true);
    expect(memory.outbox.entries()).toEqual([]);
  });
});
