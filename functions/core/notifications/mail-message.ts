/**
 * A message as an e-mail: a subject, a plain text, and HTML that says the same. The HTML carries its
 * styles, loads nothing from elsewhere, follows the reader's dark mode and fits a phone. Texts from
 * outside are escaped and stand only between tags or in `alt`.
 */
import { cut } from './clean-text.ts';
import { BODY, DARK, ROLES, STRIPES } from './mail-style.ts';
import { COMMAND_LABEL, messageLines, type MessageLines } from './notice-lines.ts';
import type { Message } from './ports.ts';

/** An e-mail without addresses. */
export interface MailMessage {
  /** One line without control characters, at most SUBJECT_MAX long. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Fit for a header: printable ASCII, at most 200 characters. */
  readonly id: string;
}

/** What every mail program shows, and well under the 998 characters of a line (RFC 5322, 2.1.1). */
export const SUBJECT_MAX = 150;

/** Content id of the picture in the HTML. */
export const PICTURE_CID = 'chart@harpoon';

/** Bounds of single texts, so that no message grows without bound. */
const LIMITS = { title: 500, value: 2_000, paragraph: 4_000, paragraphs: 60, line: 400 } as const;

/** The e-mail of a message that is told at a time. */
export function mailMessage(message: Message, nowMs: number): MailMessage {
  const lines = bounded(messageLines(message, nowMs));
  return {
    subject: cut(lines.title, SUBJECT_MAX),
    text: textOf(lines),
    html: htmlOf(lines),
    id: lines.id.replace(/[^\x21-\x7e]/g, '_').slice(0, 200) || '-',
  };
}

function bounded(lines: MessageLines): MessageLines {
  const paragraphs = lines.paragraphs.map((text) => cut(text, LIMITS.paragraph));
  return {
    ...lines,
    title: cut(lines.title, LIMITS.title),
    facts: lines.facts.map(({ label, value }) => ({
      label: cut(label, LIMITS.line),
      value: cut(value, LIMITS.value),
    })),
    paragraphs:
      paragraphs.length > LIMITS.paragraphs
        ? [...paragraphs.slice(0, LIMITS.paragraphs), '…']
        : paragraphs,
    list: lines.list.map(({ title, rest }) => ({ title: cut(title, LIMITS.line), rest })),
    footer: lines.footer.map((text) => cut(text, LIMITS.line)),
  };
}

function textOf({ title, facts, paragraphs, list, command, footer }: MessageLines): string {
  const width = Math.max(0, ...facts.map(({ label }) => label.length)) + 2;
  const parts = [
    [title],
    facts.map(({ label, value }) => `${label.padEnd(width)}${value}`),
    paragraphs,
    list.map((item) => `- ${item.title}, ${item.rest}`),
    command === undefined ? [] : [COMMAND_LABEL + command],
    footer,
  ];
  const blocks = parts.filter((part) => part.length > 0).map((part) => part.join('\n'));
  return `${blocks.join('\n\n')}\n`;
}

function htmlOf(lines: MessageLines): string {
  const { urgency, title, paragraphs, command, footer, caption } = lines;
  const picture =
    caption === undefined
      ? ''
      : `<img src="cid:${PICTURE_CID}" alt="${escapeHtml(`Chart: ${caption}`)}" width="552" style="${ROLES.picture}">`;
  const more =
    command === undefined
      ? ''
      : tag('p', 'text', `${COMMAND_LABEL}${tag('code', 'code', escapeHtml(command))}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title><style>${DARK}</style></head>
<body class="page" style="${BODY}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:16px 8px">
<table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" border="0" style="${ROLES.card};border-top:6px solid ${STRIPES[urgency]}"><tr><td class="inside" style="padding:20px 24px">
${[
  tag('h1', 'title', escapeHtml(title)),
  factTable(lines),
  picture,
  ...paragraphs.map((text) => tag('p', 'text', escapeHtml(text))),
  listOf(lines),
  more,
  tag('p', 'footer', footer.map(escapeHtml).join('<br>')),
]
  .filter((part) => part !== '')
  .join('\n')}
</td></tr></table>
</td></tr></table>
</body></html>
`;
}

function factTable({ facts }: MessageLines): string {
  if (facts.length === 0) return '';
  const rows = facts.map(({ label, value }) => {
    return `<tr>${tag('td', 'label', escapeHtml(label))}${tag('td', 'value', escapeHtml(value))}</tr>`;
  });
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="${ROLES.facts}">${rows.join('')}</table>`;
}

function listOf({ list }: MessageLines): string {
  if (list.length === 0) return '';
  return tag(
    'ul',
    'list',
    list
      .map(({ title, rest }) => {
        const where = `<br>${tag('span', 'where', escapeHtml(rest))}`;
        return tag('li', 'item', escapeHtml(title) + where);
      })
      .join(''),
  );
}

/** An element in one of the roles of mail-style.ts; `inside` is HTML. */
function tag(name: string, role: keyof typeof ROLES, inside: string): string {
  return `<${name} class="${role}" style="${ROLES[role]}">${inside}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
