import { describe, expect, it } from 'vitest';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { PlaceOutcome } from '../../../functions/core/ports.ts';
import {
  expire,
  recordOutcome,
  rememberPlaced,
  suppress,
} from '../../../functions/core/execute/record-outcome.ts';
import { MAIN, world } from '../order-fixture.ts';

const PLACED = { kind: 'placed', exchangeOrderId: 'OAAAAA-B-C', description: 'buy 1' } as const;
const REFUSED: PlaceOutcome = { kind: 'refused', reason: 'EOrder:Unknown position', trips: false };

/** A prepared row, as the worker holds it when Kraken answers. */
async function prepared(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const received = await all.receive();
  const lane = await all.deps.lanes.take('key-of-main', 'worker');
  if (typeof lane === 'string') throw new Error('the lane is free');
  const order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '1' } as const;
  const preparedAtMs = all.clock.nowMs();
  const times = { preparedAtMs, deadlineMs: preparedAtMs + 10_000 };
  const licence = await all.store.orders.prepare(received, {
    attempt: { token: 't', nonce: '1', keyId: 'k', fence: 1, validate: false, order, ...times },
    decision: { ...NO_DECISION, reducing: false },
    lane,
    dueAtMs: preparedAtMs,
    risk: { atMs: preparedAtMs },
    book: { ref: { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } },
  });
  if (licence.kind !== 'prepared') throw new Error(licence.kind);
  const { row } = licence;
  const now = (): OrderRow => all.store.row(row);
  return { ...all, row, now, why: () => all.store.audit(row).at(-1)?.why };
}

const NO_DECISION = { pair: 'BTC/USD', pairReason: '', steps: [], notional: '1', atPrice: '1' };

describe('an answer of Kraken', () => {
  it.each<[PlaceOutcome, object]>([
    [PLACED, { state: 'placed', outcome: 'buy 1', exchangeOrderId: 'OAAAAA-B-C' }],
    [
      { kind: 'validated', description: 'buy 1' },
      { state: 'validated', outcome: 'buy 1' },
    ],
    [
      { kind: 'never-sent', reason: 'ENOTFOUND' },
      { state: 'queued', sends: 0 },
    ],
    [REFUSED, { state: 'rejected', refusal: { code: 'refused-by-kraken' } }],
    [
      { kind: 'refused-before-engine', reason: 'EService:Throttled' },
      { state: 'unknown', refusedBeforeEngine: true, sends: 1 },
    ],
    [
      { kind: 'unknown', reason: 'HTTP 502' },
      { state: 'unknown', refusedBeforeEngine: false, sends: 1 },
    ],
  ])('is written down: %j', async (outcome, expected) => {
    const { row, now, deps, why } = await prepared();
    const round = await recordOutcome(row, outcome, deps);
    expect(now()).toMatchObject(expected);
    expect(round.kind).toBe(outcome.kind === 'never-sent' ? 'again' : 'done');
    expect(why()).toContain('reason' in outcome ? outcome.reason : outcome.description);
  });

  it.each([
    ['k', 'Kraken refused: EOrder:Unknown position'],
    ['paper:main:trade', "The paper exchange refused by Kraken's rules: EOrder:Unknown position"],
  ])('that refuses says who did: an order of %s', async (keyId, sentence) => {
    const { row, deps, now, why, store } = await prepared();
    const sent = row.attempt && { ...row, attempt: { ...row.attempt, keyId } };
    await recordOutcome(sent ?? row, REFUSED, deps);
    expect(now()).toMatchObject({ outcome: sentence, refusal: { sentence } });
    expect(why()).toBe(`refused-by-kraken: ${sentence}`);
    expect(store.notices().at(-1)?.text).toContain(`${sentence}.`);
  });

  it('is logged with the order that it is about', async () => {
    const { row, deps, log } = await prepared();
    await recordOutcome(row, PLACED, deps);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({
      event: 'order-answered',
      account: 'main',
      orderKey: row.orderKey,
      outcome: 'placed',
      exchangeOrderId: 'OAAAAA-B-C',
    });
  });

  it('that comes after somebody else moved the row is left to the next round', async () => {
    const { row, deps, log, store, now } = await prepared();
    const change = { why: 'found', atMs: 0, dueAtMs: null };
    await store.orders.move(row, 'unplaced', change);
    const round = await recordOutcome(row, REFUSED, deps);
    expect(round).toEqual({ kind: 'again', why: 'somebody else moved the row' });
    expect(now().state).toBe('unplaced');
    const line = `"row-moved-meanwhile","account":"main","orderKey":"${row.orderKey}","to":"rejected"`;
    expect(log.lines.join()).toContain(line);
  });
});

describe('a failure', () => {
  const bare = { pairs: ['BTC/USD'] };
  it.each([
    ['the rail is reached', { ...bare, maxConsecutiveFailures: 1 }, 'off'],
    ['the rail is not reached', { ...bare, maxConsecutiveFailures: 2 }, 'on'],
    ['there is no such rail', bare, 'on'],
  ])('when %s leaves the switch as it must be', async (_name, rails, kind) => {
    const { row, deps, store } = await prepared({ account: { rails } });
    await recordOutcome(row, REFUSED, deps);
    expect((await store.switches.read('main')).kind).toBe(kind);
  });

  it.each([
    ['has no rails', { main: { exchange: MAIN.exchange, mode: MAIN.mode } }],
    ['is gone', {}],
  ])('of an account that %s is counted all the same', async (_name, accounts) => {
    const { row, deps, config, now } = await prepared();
    await recordOutcome(row, REFUSED, { ...deps, config: { ...config, accounts } });
    expect(now().state).toBe('rejected');
    expect(await deps.tally.failed('main')).toBe(2);
  });
});

describe('a row that ends without being sent', () => {
  it('tells how old its signal was, in seconds', async () => {
    const { receive, deps, store, clock } = world();
    const row = await receive();
    clock.advance(61_400);
    await expire(row, deps);
    const outcome = "the signal is 61 s old, more than its source's maxAge";
    expect(store.row(row)).toMatchObject({ state: 'expired', outcome });
  });

  it.each([
    ['waited for as long as it may', 0, 'longer than it may wait'],
    ['turned out to open before that', 1, "more than its source's maxAge"],
  ])('tells of one that leaves that it %s', async (_what, leftMs, limit) => {
    const { receive, deps, store, clock } = world();
    const row = await receive({ action: 'sell', reduceOnly: true });
    clock.advance(row.expiresAtMs - clock.nowMs() - leftMs);
    await expire(row, deps);
    expect(store.row(row).outcome).toBe(`the signal is 60 s old, ${limit}`);
  });

  it('tells which switch stopped it, also when that is lifted meanwhile', async () => {
    const { receive, deps, store } = world();
    const [first, second] = [await receive(), await receive()];
    store.setSwitch('main', 'all', 'by hand');
    await suppress(first, deps);
    store.setSwitch('main', 'nothing');
    await suppress(second, deps);
    const outcomes = [first, second].map((row) => store.row(row).outcome);
    expect(outcomes).toEqual(['the kill switch blocks all: by hand', 'the kill switch was off']);
  });
});

it('a placed order that cannot be remembered is in the log', async () => {
  const { deps, log, store } = world();
  store.fail(1);
  await rememberPlaced('main', 'OAAAAA-B-C', deps);
  const line = '"placed-not-remembered","account":"main","exchangeOrderId":"OAAAAA-B-C","error":';
  expect(log.lines[0]).toContain(line);
});
