/**
 * Makes messages of the notices that wait for one channel: one each while they are few, one digest
 * of each subject when they are many. Pages come first and are never mixed with what can wait.
 */
import { sha256 } from '../hash.ts';
import type { Notice } from '../notices/notice.ts';
import type { Message } from './ports.ts';

/** More of one subject than this become a digest. Alerts fire together when the market moves. */
const SINGLE_MAX = { alert: 5, other: 8 } as const;

/** Notices in one digest, so that it stays within what a channel takes. */
export const DIGEST_MAX = 50;

/** Something that carries a notice. */
interface Carrier {
  readonly notice: Notice;
}

/** Notices that are told in one message. */
export type Group<T> = readonly [T, ...T[]];

/** The groups in the order in which they are sent: pages, then by time. */
export function groupNotices<T extends Carrier>(waiting: readonly T[]): readonly Group<T>[] {
  const kinds = new Map<string, T[]>();
  for (const carrier of [...waiting].sort(byTime)) {
    const { subject = '', urgency } = carrier.notice;
    const kind = `${subject} ${urgency === 'page' ? 'page' : ''}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), carrier]);
  }
  return [...kinds.values()].flatMap(split).sort(byPageAndTime);
}

/** The message of a group, without its picture. Its id is the notice's, or made of all their ids. */
export function messageOf(group: Group<Carrier>): Message {
  const [first, ...others] = group;
  const notices = [first.notice, ...others.map(({ notice }) => notice)] as const;
  if (others.length === 0) return { id: first.notice.id, notices };
  const ids = notices.map(({ id }) => id).sort();
  return { id: `digest:${sha256(ids.join('\n')).slice(0, 12)}`, notices };
}

/** Notices of one kind, oldest first. */
function split<T extends Carrier>(kind: readonly T[]): readonly Group<T>[] {
  const isAlert = kind[0]?.notice.subject === 'alert';
  const alone = kind.length <= (isAlert ? SINGLE_MAX.alert : SINGLE_MAX.other);
  const size = alone ? 1 : DIGEST_MAX;
  const groups: Group<T>[] = [];
  for (let at = 0; at < kind.length; at += size) {
    const [first, ...others] = kind.slice(at, at + size);
    if (first !== undefined) groups.push([first, ...others]);
  }
  return groups;
}

function byTime(a: Carrier, b: Carrier): number {
  return a.notice.atMs - b.notice.atMs;
}

function byPageAndTime<T extends Carrier>([a]: Group<T>, [b]: Group<T>): number {
  const [first, second] = [a, b].map(({ notice }) => (notice.urgency === 'page' ? 0 : 1));
  return (first ?? 0) - (second ?? 0) || byTime(a, b);
}
