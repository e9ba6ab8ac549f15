/** What a person is told about a source that should speak and does not. */
import type { Heartbeat, Source } from '../config.ts';
import { commandFor } from './notice-command.ts';
import { meanings } from './notice-glossary.ts';
import { withinLimits } from './notice-limits.ts';
import { ended, sentence } from './notice-sentence.ts';
import type { Notice, NoticeFact } from './notice.ts';
import type { NoticeContext } from './order-notice.ts';
import { readableSpan, readableTime } from '../notifications/times.ts';

/** The source, and how long it may be silent. */
interface Expected {
  readonly name: string;
  readonly source: Source;
  readonly heartbeat: Heartbeat;
}

/** The one notice of a silence. */
export function silentNotice(
  { name, source, heartbeat }: Expected,
  silence: {
    readonly sinceMs: number;
    readonly heardAtMs?: number;
    /** Accounts on which its entries are being cancelled, and those that are halted. */
    readonly cancelOn: readonly string[];
    readonly haltedOn: readonly string[];
  },
  { config, atMs }: NoticeContext,
): Notice {
  const { sinceMs, heardAtMs, cancelOn, haltedOn } = silence;
  const last = heardAtMs === undefined ? 'never' : readableTime(heardAtMs, config.zone);
  const facts = [
    { label: 'Source', value: name },
    { label: 'Last heard', value: last },
    { label: 'Silent for', value: readableSpan(atMs - sinceMs) },
    { label: 'Allowed', value: readableSpan(heartbeat.everyMs) },
    { label: 'Accounts', value: source.accounts.join(', ') },
  ];
  const lines = [
    `${sinceWords(silence, config.zone)}, which is longer than it may be silent (heartbeat of source ${name} in harpoon.yaml).`,
    'No signal of it arrives meanwhile, exits included. Look whether its alert is still active, and whether its chart or program runs.',
    cancelOn.length === 0
      ? ''
      : `Its entries that rest at Kraken or wait are being cancelled on ${cancelOn.join(', ')}; each is told by itself. Orders that only leave a position stay.`,
    haltedOn.length === 0
      ? ''
      : `Nothing is cancelled on ${haltedOn.join(', ')}: trading is halted there, and what to do with its orders is yours to decide.`,
    cancelOn.length + haltedOn.length === 0 ? 'Its orders at Kraken stay as they are.' : '',
  ];
  const told = { id: `silent:${name}:${sinceMs}`, title: `Source ${name} is silent` };
  return noticeOf(source, { ...told, urgency: 'page', lines, facts }, { config, atMs });
}

/** The one notice that a silence ended. */
export function heardAgainNotice(
  { name, source }: Expected,
  { sinceMs, heardAtMs }: { readonly sinceMs: number; readonly heardAtMs: number },
  context: NoticeContext,
): Notice {
  const { zone } = context.config;
  const span = readableSpan(heardAtMs - sinceMs);
  const lines = [
    `It was silent for ${span}, until ${readableTime(heardAtMs, zone)}.`,
    'What it sent meanwhile did not arrive, if it sent anything: compare what its strategy holds with what the account holds. Entries that were cancelled are not placed again.',
  ];
  const facts = [
    { label: 'Source', value: name },
    { label: 'Was silent for', value: span },
    { label: 'From', value: readableTime(sinceMs, zone) },
  ];
  const told = { id: `heard-again:${name}:${sinceMs}`, title: `Source ${name} is heard again` };
  return noticeOf(source, { ...told, urgency: 'info', lines, facts }, context);
}

/** The one notice that entries of a silent source could not be cancelled for a while. */
export function entriesWaitNotice(
  { name, source }: Expected,
  waits: { readonly account: string; readonly sinceMs: number; readonly why: string },
  context: NoticeContext,
): Notice {
  const { account, sinceMs, why } = waits;
  const lines = [
    sentence(why),
    ...meanings(why),
    'Harpoon goes on trying every minute while the source is silent. Cancel them at Kraken by hand if it cannot wait.',
  ];
  const facts = [
    { label: 'Source', value: name },
    { label: 'Account', value: account },
  ];
  const id = `silent-entries:${name}:${account}:${sinceMs}`;
  const title = `Entries of the silent source ${name} could not be cancelled yet on ${account}`;
  return noticeOf(source, { id, title, urgency: 'page', lines, facts }, context);
}

/** From when on it is silent, and why from then. */
function sinceWords(
  { sinceMs, heardAtMs }: { readonly sinceMs: number; readonly heardAtMs?: number },
  zone: string | undefined,
): string {
  const since = readableTime(sinceMs, zone);
  if (heardAtMs === undefined) return `Nothing was heard of it since Harpoon watches it, ${since}`;
  if (heardAtMs === sinceMs) return `Nothing was heard of it since ${since}`;
  return `Nothing was heard of it since Harpoon began to watch it, or went on after a stand-still, ${since}`;
}

function noticeOf(
  { notify }: Source,
  told: Pick<Notice, 'id' | 'title' | 'urgency'> & {
    readonly lines: readonly string[];
    readonly facts: readonly NoticeFact[];
  },
  { config, atMs }: NoticeContext,
): Notice {
  const { id, title, urgency, lines, facts } = told;
  return withinLimits({
    ...{ id, atMs, urgency, channels: notify, title, facts },
    text: lines
      .filter((line) => line !== '')
      .map(ended)
      .join('\n'),
    command: commandFor({ kind: 'status' }),
    subject: 'account',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}
