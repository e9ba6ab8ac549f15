import { expect, it } from 'vitest';
import { newRow } from '../../functions/core/new-row.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { orderRow, TEST_CONFIG } from '../core/order-fixture.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Monitor } from './monitor.ts';
import { RecallWitness } from './witness-recalls.ts';

const ENTRY = {
  ...rowOf('buy', { state: 'placed' }),
  attempt: { order: { side: 'buy' } },
} as OrderRow;

function rowOf(action: 'buy' | 'sell', more: Partial<OrderRow> = {}): OrderRow {
  const { account, signal, payloadHash, state } = orderRow({ id: action, action }, TEST_CONFIG);
  const known = { account, signal, payloadHash, state, receivedAtMs: 0, maxAgeMs: 1_000 };
  return { ...newRow(known), ...more };
}

it.each<[title: string, other: OrderRow, isClose: boolean, broken: number]>([
  ['the stop of what an order waits to leave', rowOf('sell'), true, 0],
  ['the entry itself', rowOf('sell'), false, 1],
  ['a stop beside an order of its own side', rowOf('buy'), true, 1],
  ['a stop when the order that left has ended', rowOf('sell', { state: 'placed' }), true, 1],
  ['a stop of another account', rowOf('sell', { account: 'other' }), true, 1],
])('a cancel of %s', (_title, other, isClose, broken) => {
  const told: string[] = [];
  const monitor = { broken: (promise: string) => told.push(promise) } as unknown as Monitor;
  const store = { rows: () => [ENTRY, other] } as unknown as FakeStore;
  new RecallWitness(monitor, store).cancelled(ENTRY.clientOrderId, isClose);
  expect(told).toHaveLength(broken);
});
