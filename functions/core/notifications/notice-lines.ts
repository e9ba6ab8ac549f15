/**
 * What a message says, line by line, before it has the look of a channel. Slack and e-mail are made
 * from these lines alone, so that they cannot say different things. Every line is clean: no link, no
 * mention and no invisible character that came from a text; each channel escapes and cuts.
 */
import type { Notice, Urgency } from '../notices/notice.ts';
import { cleanLine, cleanLines, cut, unlinked } from './clean-text.ts';
import type { Message } from './ports.ts';
import { readableSpan, readableTime } from './times.ts';

/** The lines of one message. */
export interface MessageLines {
  /** Dedup id: the same id is the same message, which may come twice. */
  readonly id: string;
  readonly urgency: Urgency;
  /** One line: what happened; begins with the urgency where somebody should hurry. */
  readonly title: string;
  /** The numbers. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** Why, and what to do; of a digest: that it is one. */
  readonly paragraphs: readonly string[];
  /** Of a digest: one line for each notice. What follows the title has its time and dedup id. */
  readonly list: readonly { readonly title: string; readonly rest: string }[];
  /** A command line that tells more, exactly as it is typed. */
  readonly command?: string;
  /** What the picture shows; absent without a picture. */
  readonly caption?: string;
  /** When it was, how late it is told, and the dedup id. */
  readonly footer: readonly string[];
}

/** Stands before the command. */
export const COMMAND_LABEL = 'More: ';

/** From here on a message says how late it is. */
const LATE_MS = 10 * 60_000;

const FACTS_MAX = 20;

/** Longest id in a list; ours are shorter. */
const LIST_ID_MAX = 120;

/** What a digest calls its notices. */
const PLURALS: Record<NonNullable<Notice['subject']>, string> = {
  alert: 'price alerts',
  order: 'notifications about orders',
  account: 'notifications about accounts',
  prices: 'notifications about watching prices',
  summary: 'summaries',
  delivery: 'notifications about delivery',
};

const MARKS: Record<Urgency, string> = { page: 'URGENT: ', warning: '', info: '' };

/** The lines of a message that is told at a time. */
export function messageLines(message: Message, nowMs: number): MessageLines {
  const { id, notices, picture } = message;
  const pictured = notices.find(({ chart }) => chart !== undefined)?.chart;
  const about = notices.length === 1 ? ofOne(notices[0]) : ofMany(notices);
  const urgency = highest(notices);
  return {
    id: line(id),
    urgency,
    ...about,
    title: MARKS[urgency] + about.title,
    ...(picture === undefined || pictured === undefined
      ? {}
      : { caption: `${line(pictured.pair)}, ${readableTime(pictured.atMs, pictured.zone)}` }),
    footer: [
      ...(notices.length === 1 ? [readableTime(notices[0].atMs, notices[0].zone)] : []),
      ...lateness(notices, nowMs),
      `Notification ${line(id)}`,
    ],
  };
}

type About = Pick<MessageLines, 'title' | 'facts' | 'paragraphs' | 'list' | 'command'>;

function ofOne(notice: Notice): About {
  const facts = (notice.facts ?? []).slice(0, FACTS_MAX);
  return {
    title: line(notice.title) || 'Notification without a title',
    facts: facts.map(({ label, value }) => ({ label: line(label), value: line(value) || '–' })),
    paragraphs: paragraphs(notice.text),
    list: [],
    ...(notice.command === undefined ? {} : { command: line(notice.command) }),
  };
}

function ofMany(notices: Message['notices']): About {
  const subject = notices[0].subject;
  const what = subject === undefined ? 'notifications' : PLURALS[subject];
  return {
    title: `${notices.length} ${what}`,
    facts: [],
    paragraphs: [
      `These ${notices.length} waited at the same time. Each is one line here, with its own id.`,
    ],
    list: notices.map(({ id, atMs, zone, title }) => ({
      title: line(title),
      rest: `${readableTime(atMs, zone)} [${cut(line(id), LIST_ID_MAX)}]`,
    })),
    command: 'npx harpoon notifications',
  };
}

/** How late the oldest is told; nothing when it is in time, or was held back by quiet hours. */
function lateness(notices: readonly Notice[], nowMs: number): readonly string[] {
  const wanted = notices.map(({ atMs, notBeforeMs }) => Math.max(atMs, notBeforeMs ?? 0));
  const lateMs = nowMs - Math.min(...wanted);
  if (lateMs < LATE_MS) return [];
  const which = notices.length === 1 ? 'Told' : 'The oldest is told';
  return [`${which} ${readableSpan(lateMs)} late: it could not be delivered before`];
}

function highest(notices: readonly Notice[]): Urgency {
  const order: readonly Urgency[] = ['page', 'warning', 'info'];
  return order.find((urgency) => notices.some((notice) => notice.urgency === urgency)) ?? 'info';
}

function line(text: string): string {
  return unlinked(cleanLine(text));
}

function paragraphs(text: string): readonly string[] {
  return unlinked(cleanLines(text))
    .split('\n')
    .filter((sentence) => sentence !== '');
}
