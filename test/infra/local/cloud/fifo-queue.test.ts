import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEDUPLICATION_MS, FifoQueue } from '../../../../infra/local/cloud/fifo-queue.ts';

const VISIBILITY_MS = 90_000;
const RETENTION_MS = 4 * 24 * 3_600_000;

let nowMs: number;
let dead: FifoQueue;
let queue: FifoQueue;
let sent: number;
beforeEach(() => {
  nowMs = 1_000;
  sent = 0;
  const settings = { visibilityTimeoutMs: VISIBILITY_MS, retentionMs: RETENTION_MS };
  dead = new FifoQueue(settings, () => nowMs);
  queue = new FifoQueue({ ...settings, redrive: { to: dead, maxReceiveCount: 3 } }, () => nowMs);
});

const send = (group: string, body: string) => queue.send(body, group, `id-${(sent += 1)}`);
const bodies = (max = 10) => queue.receive(max).map(({ message }) => message.body);

describe('order', () => {
  test('a group is received in the order of sending, several groups side by side', () => {
    for (const body of ['a1', 'b1', 'a2', 'b2']) send(body.charAt(0), body);
    expect(bodies()).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  test('no more of a group is received while one of its messages is in flight', () => {
    for (const body of ['a1', 'a2', 'b1']) send(body.charAt(0), body);
    const [first] = queue.receive(1);
    expect(bodies()).toEqual(['b1']);
    queue.delete(first?.handle ?? '');
    expect(bodies()).toEqual(['a2']);
  });

  test('a message that comes back is again the first of its group', () => {
    for (const body of ['a1', 'a2']) send('a', body);
    expect(bodies(1)).toEqual(['a1']);
    nowMs += VISIBILITY_MS - 1;
    expect(bodies()).toEqual([]);
    nowMs += 1;
    expect(bodies()).toEqual(['a1', 'a2']);
  });

  test('whatever is sent, received, deleted or timed out: each group is worked off in order', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('send' as const), group: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
      fc.record({ do: fc.constant('delete' as const) }),
      fc.record({ do: fc.constant('wait' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const settings = { visibilityTimeoutMs: VISIBILITY_MS, retentionMs: RETENTION_MS };
        const subject = new FifoQueue(settings, () => nowMs);
        const expected: Record<string, string[]> = { a: [], b: [], c: [] };
        let flying: { handle: string; group: string }[] = [];
        let count = 0;
        for (const it of steps) {
          if (it.do === 'send') {
            const body = String((count += 1));
            subject.send(body, it.group, body);
            expected[it.group]?.push(body);
          } else if (it.do === 'receive') {
            for (const { handle, message } of subject.receive(it.max)) {
              const inFlight = flying.filter(({ group }) => group === message.group).length;
              expect(message.body).toBe(expected[message.group]?.[inFlight]);
              flying.push({ handle, group: message.group });
            }
          } else if (it.do === 'delete') {
            const [first, ...rest] = flying;
            if (first === undefined) continue;
            subject.delete(first.handle);
            expected[first.group]?.shift();
            flying = rest;
          } else {
            nowMs += VISIBILITY_MS;
            flying = [];
          }
        }
        const left = Object.values(expected).flat().length;
        expect(subject.counts()).toEqual({
          waiting: left - flying.length,
          inFlight: flying.length,
        });
      }),
    );
  });
});

describe('deduplication', () => {
  test('a second message with an id is dropped for 5 minutes, even after the first was deleted', () => {
    const first = queue.send('one', 'a', 'id');
    const [received] = queue.receive(1);
    queue.delete(received?.handle ?? '');
    nowMs += DEDUPLICATION_MS;
    expect(queue.send('two', 'a', 'id')).toBe(first);
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
    nowMs += 1;
    queue.send('three', 'a', 'id');
    expect(bodies()).toEqual(['three']);
  });
});

describe('visibility', () => {
  test('can be shortened to nothing and extended', () => {
    send('a', 'a1');
    const [first] = queue.receive(1);
    expect(queue.changeVisibility(first?.handle ?? '', 0)).toBe(true);
    const [second] = queue.receive(1);
    expect(second?.message.receiveCount).toBe(2);
    expect(queue.changeVisibility(second?.handle ?? '', 2 * VISIBILITY_MS)).toBe(true);
    nowMs += 2 * VISIBILITY_MS - 1;
    expect(bodies()).toEqual([]);
    expect(queue.changeVisibility('another', 0)).toBe(false);
  });

  test('a handle of an earlier delivery does not delete the message', () => {
    send('a', 'a1');
    const [first] = queue.receive(1);
    nowMs += VISIBILITY_MS;
    queue.receive(1);
    queue.delete(first?.handle ?? '');
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 1 });
  });
});

describe('failing messages', () => {
  test('go to the other queue after their last delivery and free their group', () => {
    for (const body of ['bad', 'good']) send('a', body);
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      const [first] = queue.receive(1);
      expect(first?.message).toMatchObject({ body: 'bad', receiveCount: delivery });
      nowMs += VISIBILITY_MS;
    }
    expect(bodies()).toEqual(['good']);
    expect(dead.receive(10).map(({ message }) => message)).toMatchObject([
      { body: 'bad', group: 'a', sentAtMs: 1_000 },
    ]);
  });

  test('and any message that nobody takes are dropped when their time is over', () => {
    send('a', 'a1');
    nowMs += RETENTION_MS + 1;
    expect(bodies()).toEqual([]);
  });
});
