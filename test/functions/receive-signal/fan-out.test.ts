/** One signal for many accounts: each is recorded and queued, and none stands in another's way. */
import { describe, expect, it } from 'vitest';
import type { Account } from '../../../functions/core/config.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { harness } from './harness.ts';

const COUNT = 200;

/** Accounts with keys, modes and rails of their own. */
const accounts = Object.fromEntries(
  Array.from({ length: COUNT }, (_, at): [string, Account] => {
    const mode = (['live', 'validate'] as const)[at % 2] ?? 'live';
    const rails = { pairs: ['BTC/USD'], maxOrder: `${at + 200} USD` } as const;
    return [`acc-${at}`, { exchange: 'kraken-spot', mode, secret: `harpoon/acc-${at}`, rails }];
  }),
);

const queuedFor = ({ queue }: ReturnType<typeof harness>) =>
  queue.sent.map(({ ref }) => ref.account).sort();

describe(`a signal for ${COUNT} accounts`, () => {
  it('is recorded and queued for every one, each in the group of its own key', async () => {
    const all = harness({ accounts });
    const { status, body } = await all.post();
    expect(status).toBe(200);
    expect(body.accounts?.map(({ account }) => account)).toEqual(Object.keys(accounts));
    expect(new Set(body.accounts?.map((one) => one.status))).toEqual(new Set(['accepted']));
    expect(queuedFor(all)).toEqual(Object.keys(accounts).sort());
    expect(new Set(all.queue.sent.map(({ group }) => group)).size).toBe(COUNT);
    expect(new Set(all.store.rows().map(({ clientOrderId }) => clientOrderId)).size).toBe(COUNT);
  });

  it.each<[string, number, (all: ReturnType<typeof harness>) => void]>([
    [
      'the row cannot be written',
      COUNT - 1,
      ({ store }) => {
        const before = { ...store.orders };
        let fails = 1;
        store.orders.receive = (row: OrderRow, ...rest) => {
          const isFailing = row.account === 'acc-7' && (fails -= 1) >= 0;
          return isFailing ? Promise.reject(new Error('away')) : before.receive(row, ...rest);
        };
      },
    ],
    ['the queue takes no message', COUNT - 1, ({ queue }) => queue.fail(1)],
    ['the first call of all fails', COUNT - 1, ({ store }) => store.fail(1)],
  ])(
    'of which one fails because %s is answered 503, and nothing is lost or doubled',
    async (_why, first, breakIt) => {
      const all = harness({ accounts });
      breakIt(all);
      expect((await all.post()).status).toBe(503);
      // The others did not wait for the one that failed.
      expect(queuedFor(all)).toHaveLength(first);
      // The sender sends again: what was stored is met, what was not is stored.
      expect((await all.post()).status).toBe(200);
      expect(new Set(queuedFor(all)).size).toBe(COUNT);
      expect(all.store.rows()).toHaveLength(COUNT);
    },
  );

  it('tells what became of each where switches, rails and keys differ', async () => {
    const all = harness({
      accounts: {
        ...accounts,
        shy: { exchange: 'kraken-spot', mode: 'paper', rails: { pairs: ['ETH/USD'] } },
      },
    });
    all.store.setSwitch('acc-3', 'all', 'a drill');
    const { status, body } = await all.post();
    expect(status).toBe(200);
    const became = new Map(body.accounts?.map((one) => [one.account, one.status]));
    expect(became.get('acc-3')).toBe('halted');
    expect(became.get('shy')).toBe('refused');
    expect([...became.values()].filter((one) => one === 'accepted')).toHaveLength(COUNT - 1);
    expect(queuedFor(all)).toHaveLength(COUNT - 1);
  });
});
