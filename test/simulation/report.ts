/** A long run in words: what was run, what struck, what of everything wanted was seen. */
import { missing, type Tallied } from './coverage.ts';

/** What is counted together, and how it is called; the rest are `others`. */
const GROUPS: readonly (readonly [begin: string, name: string])[] = [
  ['step: ', 'steps of the state table'],
  ['crash table ', 'points of the crash table'],
  ['crash before: ', 'calls killed before their effect'],
  ['crash after: ', 'calls killed after their effect'],
  ['fault: ', 'kinds of fault'],
  ['total outage: ', 'dependencies away for a whole world'],
  ['outcome: ', 'classes of outcome of an order'],
  ['said before: ', 'texts of Kraken before placing'],
  ['said after: ', 'texts of Kraken after placing'],
  ['unreadable: ', 'unreadable answers'],
  ['answer: ', 'answers to senders'],
];

/** The lines that a run ends with. */
export function reported(
  sums: Tallied,
  { from, minutes }: { readonly from: number; readonly minutes: number },
): readonly string[] {
  const perMinute = Math.round(sums.signals / minutes);
  const ends = [...sums.ends].map(([state, count]) => `${state} ${count}`);
  return [
    `seeds    ${from} to ${from + sums.seeds - 1} (${sums.seeds})`,
    `signals  ${sums.signals} in ${sums.requests} requests, ${perMinute} a minute`,
    `orders   ${sums.orders} at the exchange`,
    `events   ${sums.events}`,
    `faults   ${sums.faults} injected, of ${sums.struck.size} kinds`,
    ...covered(sums.seen).map((line, index) => `${index === 0 ? 'covered ' : '        '} ${line}`),
    `ends     ${ends.join(', ')}`,
    `calm     ${sums.freshPlaced} of ${sums.fresh} fresh signals placed`,
  ];
}

/** How much of each group was seen: `24 of 25 steps of the state table`. */
export function covered(seen: ReadonlySet<string>): readonly string[] {
  const wanted = missing(new Set(), 'long');
  const lacking = new Set(missing(seen, 'long'));
  const groups = new Map([...GROUPS, ['', 'others'] as const].map(([, name]) => [name, [0, 0]]));
  for (const one of wanted) {
    const name = GROUPS.find(([begin]) => one.startsWith(begin))?.[1] ?? 'others';
    const [found = 0, all = 0] = groups.get(name) ?? [];
    groups.set(name, [found + (lacking.has(one) ? 0 : 1), all + 1]);
  }
  return [...groups].map(([name, [found = 0, all = 0]]) => `${found} of ${all} ${name}`);
}
