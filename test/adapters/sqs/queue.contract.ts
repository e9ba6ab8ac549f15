/**
 * What the product relies on of its FIFO queue and the event source behind it, as one suite for
 * every queue: the list of the use cases' tests, the one of the simulation, and the local SQS
 * through the adapter and the real SDK. Time is the test's own in all of them.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues.html
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderRef } from '../../../functions/core/order.ts';
import type { OrderQueue } from '../../../functions/core/ports.ts';

/** One call of a worker. */
export interface Delivery {
  /** What the message says. */
  readonly message: unknown;
  /** Ends the call. One that is never ended is a worker that died. */
  end(how: 'done' | 'failed'): Promise<void>;
}

/** A queue under test. */
export interface QueueUnderTest {
  readonly queue: OrderQueue;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** The next delivery that was not taken yet; rejects when none comes. */
  take(): Promise<Delivery>;
  /** How many messages were given up. */
  deadLetters(): Promise<number>;
  close(): Promise<void>;
}

/** What a queue promises; what it does not is not asked of it. */
export interface QueuePromises {
  /** False: it keeps what was sent and knows no worker, no lock and no visibility time-out. */
  readonly hasWorkers: boolean;
}

const VISIBILITY_MS = 90_000;
const DEDUP_MS = 5 * 60_000;
const RECEIVES_MAX = 5;
/** A message may take this long on its way; moments are told apart no more exactly. */
const WAY_MS = 500;

/** Runs the suite against what `make` connects to. */
export function queueContract(
  name: string,
  promises: QueuePromises,
  make: () => Promise<QueueUnderTest>,
): void {
  describe(name, () => {
    let under: QueueUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.close());

    const send = (name: string, group: string, dedup = name) =>
      under.queue.enqueue(refOf(name), group, dedup);
    const take = async (name: string): Promise<Delivery> => {
      const delivery = await under.take();
      expect(delivery.message).toEqual(refOf(name));
      return delivery;
    };
    const done = async (name: string): Promise<void> => (await take(name)).end('done');
    /** Nothing was waiting to be delivered: a message of another group comes next. */
    const nothingElse = async (): Promise<void> => {
      probes += 1;
      await send(`probe-${probes}`, `probe-${probes}`);
      await done(`probe-${probes}`);
    };
    let probes = 0;

    it('hands out the messages of a group in the order of sending', async () => {
      const names = ['a1', 'a2', 'a3', 'a4'];
      for (const one of names) await send(one, 'a');
      for (const one of names) await done(one);
      await nothingElse();
    });

    it('carries the name of a row and nothing else of it', async () => {
      const row = { ...refOf('a1'), clientOrderId: 'x', signal: { secret: 'hush' } };
      await under.queue.enqueue(row, 'a', 'a1');
      await done('a1');
    });

    it('takes the same deduplication id once in five minutes, in whatever group', async () => {
      await send('a1', 'a', 'same');
      await send('a2', 'a', 'same');
      await send('b1', 'b', 'same');
      await done('a1');
      await nothingElse();
    });

    it('knows the id of a message that was deleted, and forgets it after five minutes', async () => {
      await send('a1', 'a', 'same');
      await done('a1');
      await nothingElse();
      await under.advance(DEDUP_MS - WAY_MS);
      await send('a2', 'a', 'same');
      await nothingElse();
      await under.advance(2 * WAY_MS);
      await send('a3', 'a', 'same');
      await done('a3');
    });

    describe.runIf(promises.hasWorkers)('with workers', () => {
      it('hands out one message of a group at a time, and holds up no other group', async () => {
        for (const one of ['a1', 'a2', 'b1']) await send(one, one.charAt(0));
        const first = await take('a1');
        const other = await take('b1');
        await nothingElse();
        await first.end('done');
        await done('a2');
        await other.end('done');
        await nothingElse();
      });

      it.each([
        ['whose worker died', undefined],
        ['that failed', 'failed' as const],
      ])('gives back a message %s after 90 s, before the rest of its group', async (_, how) => {
        for (const one of ['a1', 'a2']) await send(one, 'a');
        const first = await take('a1');
        if (how !== undefined) await first.end(how);
        await under.advance(VISIBILITY_MS - WAY_MS);
        await nothingElse();
        await under.advance(2 * WAY_MS);
        await done('a1');
        await done('a2');
        await nothingElse();
      });

      it('deletes nothing for a worker whose time is over', async () => {
        for (const one of ['a1', 'a2']) await send(one, 'a');
        const late = await take('a1');
        await under.advance(VISIBILITY_MS + WAY_MS);
        const again = await take('a1');
        await late.end('done');
        await nothingElse();
        await again.end('failed');
        await under.advance(VISIBILITY_MS + WAY_MS);
        await done('a1');
        await done('a2');
      });

      it('gives a message up after five receives, and goes on with its group', async () => {
        for (const one of ['a1', 'a2']) await send(one, 'a');
        for (let receive = 1; receive <= RECEIVES_MAX; receive += 1) {
          expect(await under.deadLetters()).toBe(0);
          await (await take('a1')).end('failed');
          await nothingElse();
          await under.advance(VISIBILITY_MS + WAY_MS);
        }
        await done('a2');
        await nothingElse();
        expect(await under.deadLetters()).toBe(1);
      });
    });
  });
}

/** Names of rows as they are: an account, and a hash. */
function refOf(name: string): OrderRef {
  return { account: 'main', orderKey: Buffer.from(name).toString('hex').padStart(64, '0') };
}
