/**
 * A message as Slack takes it from an incoming webhook: Block Kit, with a plain text for
 * notifications and old clients. Texts from outside stand in `plain_text`, where Slack reads no
 * formatting; the only `mrkdwn` is a label and the command, and both lose what would format them.
 * `&`, `<` and `>` are escaped everywhere, since they begin links and mentions.
 * Sources: https://docs.slack.dev/messaging/formatting-message-text (escaping),
 * https://docs.slack.dev/reference/block-kit/blocks (limits).
 */
import type { Urgency } from '../notices/notice.ts';
import { cut } from './clean-text.ts';
import { COMMAND_LABEL, messageLines, type MessageLines } from './notice-lines.ts';
import type { Message } from './ports.ts';

/** Slack's limits, in characters, and how many of each a message may have. */
export const SLACK_LIMITS = {
  ...{ header: 150, section: 3_000, field: 2_000, fields: 10, blocks: 50 },
  ...{ contextText: 2_000, altText: 2_000, imageUrl: 3_000 },
} as const;

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  /** false: `:name:` stays as it is. */
  readonly emoji: false;
}

interface Markdown {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** true: nothing is turned into a link or a mention. */
  readonly verbatim: true;
}

/** A block of Block Kit, as far as Harpoon uses them. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: PlainText | Markdown }
  | { readonly type: 'section'; readonly fields: readonly (PlainText | Markdown)[] }
  | { readonly type: 'image'; readonly image_url: string; readonly alt_text: string }
  | { readonly type: 'context'; readonly elements: readonly PlainText[] };

/** The body of a webhook request. */
export interface SlackPayload {
  readonly text: string;
  readonly mrkdwn: false;
  readonly link_names: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly SlackBlock[];
}

const MARKS: Record<Urgency, string> = { page: '🔴 ', warning: '🟠 ', info: '🔵 ' };

/** Longest parts of a line of a digest, so that fifty of them fit. */
const LIST_LINE = { title: 180, rest: 200 } as const;

/** Sections that the sentences may fill, and as many that the list may: 24,000 characters each. */
const SECTIONS_MAX = 8;

/** The request that shows a message; `pictureUrl` is where Slack fetches the picture. */
export function slackMessage(
  message: Message,
  { nowMs, pictureUrl }: { readonly nowMs: number; readonly pictureUrl?: string | undefined },
): SlackPayload {
  const lines = messageLines(message, nowMs);
  const title = MARKS[lines.urgency] + lines.title;
  return {
    text: plain(title, SLACK_LIMITS.section).text,
    ...{ mrkdwn: false, link_names: false, unfurl_links: false, unfurl_media: false },
    blocks: [
      { type: 'header', text: plain(title, SLACK_LIMITS.header) },
      ...factBlocks(lines),
      ...sections(lines.paragraphs.map((text) => plain(text, SLACK_LIMITS.section).text)),
      ...sections(lines.list.map(listLine)),
      ...pictureBlock(lines, pictureUrl),
      ...commandBlock(lines),
      {
        type: 'context',
        elements: lines.footer.map((text) => plain(text, SLACK_LIMITS.contextText)),
      },
    ],
  };
}

/** A table: labels on the left, values on the right; on a phone one under the other. */
function factBlocks({ facts }: MessageLines): readonly SlackBlock[] {
  const rows = SLACK_LIMITS.fields / 2;
  return chunks(facts, rows).map((part) => ({
    type: 'section',
    fields: part.flatMap(({ label, value }) => [
      markdown('*', label, SLACK_LIMITS.field),
      plain(value, SLACK_LIMITS.field),
    ]),
  }));
}

/** As few sections as hold the lines, which are escaped already. */
function sections(lines: readonly string[]): readonly SlackBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    const joined = `${last ?? ''}\n${line}`;
    if (last !== undefined && joined.length <= SLACK_LIMITS.section)
      texts[texts.length - 1] = joined;
    else texts.push(line);
  }
  const shown = texts.length > SECTIONS_MAX ? [...texts.slice(0, SECTIONS_MAX - 1), '…'] : texts;
  return shown.map((text) => ({
    type: 'section',
    text: { type: 'plain_text', text, emoji: false },
  }));
}

/** A line of a digest; a long title does not cost the id. */
function listLine({ title, rest }: MessageLines['list'][number]): string {
  const parts = [plain(`• ${title}`, LIST_LINE.title), plain(rest, LIST_LINE.rest)];
  return parts.map(({ text }) => text).join(', ');
}

function pictureBlock({ caption }: MessageLines, url: string | undefined): readonly SlackBlock[] {
  if (caption === undefined || url === undefined || url.length > SLACK_LIMITS.imageUrl) return [];
  const alt_text = plain(`Chart: ${caption}`, SLACK_LIMITS.altText).text;
  return [{ type: 'image', image_url: url, alt_text }];
}

function commandBlock({ command }: MessageLines): readonly SlackBlock[] {
  if (command === undefined || command === '') return [];
  const code = markdown('`', command, SLACK_LIMITS.section - COMMAND_LABEL.length);
  return [{ type: 'section', text: { ...code, text: COMMAND_LABEL + code.text } }];
}

/** Text that Slack shows as it is. It takes no empty text. */
function plain(text: string, max: number): PlainText {
  return { type: 'plain_text', text: cut(text, max, escapeSlack) || '–', emoji: false };
}

/** Text between two marks of mrkdwn, in which nothing can end them or begin others. */
function markdown(mark: '*' | '`', text: string, max: number): Markdown {
  const inside = text.replace(mark === '*' ? /[*_~`]/g : /`/g, "'").trim() || '–';
  return {
    type: 'mrkdwn',
    text: `${mark}${cut(inside, max - 2, escapeSlack)}${mark}`,
    verbatim: true,
  };
}

function escapeSlack(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  return character === '>' ? '&gt;' : character;
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
