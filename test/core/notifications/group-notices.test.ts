import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import {
  DIGEST_MAX,
  groupNotices,
  messageOf,
  type Group,
} from '../../../functions/core/notifications/group-notices.ts';
import type { SendOutcome } from '../../../functions/core/notifications/ports.ts';
import { DELIVERED, ids, world } from './delivery-fixture.ts';

const noticeOf = (atMs: number, some: Partial<Notice> = {}): { readonly notice: Notice } => ({
  notice: {
    ...{ id: `n${atMs}`, atMs, urgency: 'info', channels: [], title: 'T', text: 't' },
    ...some,
  },
});
type Carrier = ReturnType<typeof noticeOf>;

const idsOf = (groups: readonly Group<Carrier>[]) =>
  groups.map((group) => group.map(({ notice }) => notice.id).join(' '));
const many = (count: number, some: Partial<Notice> = {}, fromMs = 0) =>
  Array.from({ length: count }, (_, n) => noticeOf(fromMs + n, some));

describe('notices that wait for one channel', () => {
  it('are told oldest first, in whatever order they were found', () => {
    const waiting = [noticeOf(3, { subject: 'order' }), noticeOf(1), noticeOf(2)];
    expect(idsOf(groupNotices(waiting))).toEqual(['n1', 'n2', 'n3']);
  });

  it('are told pages first, oldest first among them', () => {
    const page = { urgency: 'page' } as const;
    const waiting = [noticeOf(1), noticeOf(4, page), noticeOf(2), noticeOf(3, page)];
    expect(idsOf(groupNotices(waiting))).toEqual(['n3', 'n4', 'n1', 'n2']);
  });

  it('are counted for a digest by subject, pages and others apart', () => {
    const order = { subject: 'order' } as const;
    const waiting = [...many(8, order), ...many(8, { ...order, urgency: 'page' }, 100)];
    expect(groupNotices(waiting)).toHaveLength(16);
    expect(groupNotices([...waiting, noticeOf(50, order)])).toHaveLength(9);
  });

  it('are in one digest oldest first', () => {
    const alert = { subject: 'alert' } as const;
    const waiting = [5, 3, 1, 6, 2, 4].map((atMs) => noticeOf(atMs, alert));
    expect(idsOf(groupNotices(waiting))).toEqual(['n1 n2 n3 n4 n5 n6']);
  });

  it('fill a digest before there is another one', () => {
    const sizes = (count: number) =>
      groupNotices(many(count, { subject: 'alert' })).map((group) => group.length);
    expect(sizes(DIGEST_MAX)).toEqual([DIGEST_MAX]);
    expect(sizes(DIGEST_MAX + 1)).toEqual([DIGEST_MAX, 1]);
  });
});

describe('the id of a message', () => {
  it('is that of its only notice', () => {
    expect(messageOf([noticeOf(1)]).id).toBe('n1');
  });

  it('of a digest is the same for the same notices, in any order, and no other', () => {
    const [a, b, c] = [noticeOf(1), noticeOf(2), noticeOf(3)];
    const { id } = messageOf([a, b]);
    expect(id).toMatch(/^digest:[0-9a-f]{12}$/);
    expect(messageOf([b, a]).id).toBe(id);
    expect(messageOf([a, c]).id).not.toBe(id);
  });
});

describe('a notice that its channels give up one after the other', () => {
  const CHANNELS = { ops: { slack: 'a' }, me: { email: 'b' }, third: { email: 'c' } };
  const never: SendOutcome = { kind: 'never', reason: 'gone' };
  const later: SendOutcome = { kind: 'later', reason: 'busy' };

  it('is repeated by a third one when the last has given it up, and not before', async () => {
    const all = world({ channels: CHANNELS });
    await all.put({ channels: ['ops', 'me'], title: 'BTC/USD crossed 100000' });
    all.state.answers = ({ channel }) =>
      channel === 'third' ? DELIVERED : channel === 'ops' ? never : later;
    await deliverNotifications(all.deps);
    const contents = () => ids(all.to('third')).filter((id) => id.startsWith('delivery:notice:1:'));
    expect(contents()).toEqual([]);
    all.state.answers = ({ channel }) => (channel === 'third' ? DELIVERED : never);
    all.clock.advance(10 * 60_000);
    await deliverNotifications(all.deps);
    await deliverNotifications(all.deps);
    expect(contents()).toEqual(['delivery:notice:1:me+ops']);
  });
});
