/** What a person is told when a strategy does not stand where it says, or owns what is not there. */
import type { Book } from '../book.ts';
import { plain } from '../decimal.ts';
import type { Drift, Shortage } from '../follow/judge-drift.ts';
import type { MarginShortage } from '../follow/judge-margin.ts';
import { ended } from './notice-sentence.ts';
import type { Notice } from './notice.ts';
import { withinLimits } from './notice-limits.ts';
import type { NoticeContext } from './order-notice.ts';

/** What is done about a drift, for the one who reads of it. */
const DONE = {
  notify:
    'Nothing is done about it. The next message of the strategy brings it to where it then wants to stand; or trade the difference by hand.',
  follow: 'The claim is carried out once more, under the same rails.',
  flatten: 'What the strategy owns is sold, under the same rails, until it speaks again.',
} as const;

/** The one notice about a claim that its book does not reach. */
export function driftNotice(
  book: Book,
  drift: Drift,
  { cause, action }: { readonly cause: string; readonly action: keyof typeof DONE },
  { config, atMs }: NoticeContext,
): Notice {
  const { account, source, pair, claim, version } = book;
  return withinLimits({
    id: `drift:${account}:${source}:${pair}:${claim?.signalId ?? ''}:${version}`,
    ...{ atMs, urgency: 'warning', subject: 'account' },
    channels: config.sources[source]?.notify ?? [],
    title: `${source} on ${account}: it says ${drift.claim} in ${pair}, and its book holds ${drift.book}`,
    text: `${ended(cause)}\n${DONE[action]}`,
    facts: [
      { label: 'It says', value: drift.claim },
      { label: 'Its book', value: drift.book },
      { label: 'The account holds', value: drift.held },
      { label: 'Missing', value: drift.missing },
      ...(claim === undefined ? [] : [{ label: 'Signal id', value: claim.signalId }]),
    ],
    command: 'npx harpoon books',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}

/** The one notice about books that own more on margin than is open. */
export function marginShortageNotice(
  { account, pair, base, owned, open, books }: MarginShortage,
  { config, atMs }: NoticeContext,
): Notice {
  const names = books.map(({ source, quantity }) => `${source} ${quantity}`).join(', ');
  const stands = books.map(({ source, version }) => `${source}@${version}`).join(',');
  return withinLimits({
    id: `shortage:${account}:${pair}:${stands}:${plain(open)}`,
    ...{ atMs, urgency: 'warning', subject: 'account' },
    channels: [],
    title: `Account ${account} has ${plain(open)} ${base} open on margin in ${pair}, and its strategies own ${plain(owned)}`,
    text: `Somebody closed or settled a position that a strategy had opened (${names}), or Kraken liquidated it. Nothing is done about it: an exit only reduces. A stop that Kraken opened with the entry would open a position the other way: cancel it at Kraken if the position is gone. To say what a strategy still owns: npx harpoon books correct.`,
    facts: [
      { label: 'Owned by books', value: `${plain(owned)} ${base}` },
      { label: 'Open on margin', value: `${plain(open)} ${base}` },
    ],
    command: 'npx harpoon books',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}

/** The one notice about books that own more than there is. */
export function shortageNotice(
  { account, asset, owned, held, books }: Shortage,
  { config, atMs }: NoticeContext,
): Notice {
  const names = books.map(({ source, quantity }) => `${source} ${quantity}`).join(', ');
  const stands = books.map(({ source, pair, version }) => `${source}/${pair}@${version}`).join(',');
  const commands = books.map(
    ({ source, pair }) => `npx harpoon books correct ${account} ${source} ${pair} --quantity LEFT`,
  );
  return withinLimits({
    id: `shortage:${account}:${asset}:${stands}:${plain(held)}`,
    ...{ atMs, urgency: 'warning', subject: 'account' },
    channels: [],
    title: `Account ${account} holds ${plain(held)} ${asset}, and its strategies own ${plain(owned)}`,
    text: `Somebody sold or moved ${asset} that a strategy had bought (${names}). Nothing is done about it: an exit sells what is there, and until its book is right the strategy may open too little. To say what a strategy still owns, with what is left of it:\n${commands.join('\n')}`,
    facts: [
      { label: 'Owned by books', value: `${plain(owned)} ${asset}` },
      { label: 'The account holds', value: `${plain(held)} ${asset}` },
    ],
    command: 'npx harpoon books',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}
