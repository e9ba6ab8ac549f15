/**
 * The mailbox as a page: messages as Slack and a mail program would show them. One file without
 * scripts and without anything from elsewhere; e-mail stands in a frame that may run nothing.
 */
import type { Delivered } from './mailbox.ts';

/** Nothing runs, nothing is loaded but pictures of this machine and those inside the mails. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:*; frame-src 'self'; base-uri 'none'; form-action 'none'";

const STYLE = `
:root { color-scheme: light dark; --ink:#1d1c1d; --paper:#fff; --quiet:#616061; --line:#ddd; --field:#f8f8f8; }
@media (prefers-color-scheme: dark) { :root { --ink:#e8e8e8; --paper:#1a1d21; --quiet:#ababad; --line:#35373b; --field:#222529; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--field); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
header { padding: 16px; border-bottom: 1px solid var(--line); background: var(--paper); }
header h1 { margin: 0; font-size: 18px; }
main { max-width: 760px; margin: 0 auto; padding: 12px; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
article { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 14px; overflow-wrap: anywhere; }
.way { color: var(--quiet); font-size: 13px; margin: 0 0 8px; }
.way b { color: var(--ink); }
h2 { font-size: 18px; margin: 6px 0; }
h3 { font-size: 15px; margin: 0 0 2px; }
p { margin: 6px 0; white-space: pre-wrap; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 16px; margin: 8px 0; white-space: pre-wrap; }
.context { color: var(--quiet); font-size: 13px; white-space: pre-wrap; }
img { max-width: 100%; height: auto; border-radius: 6px; border: 1px solid var(--line); }
iframe { width: 100%; height: var(--wide); border: 1px solid var(--line); border-radius: 6px; background: var(--paper); }
pre { white-space: pre-wrap; background: var(--field); border: 1px solid var(--line); border-radius: 6px; padding: 10px; font-size: 13px; }
code { background: var(--field); border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
details { margin-top: 8px; } summary { cursor: pointer; color: var(--quiet); }
@media (max-width: 600px) { main { padding: 6px; } article { padding: 10px; } iframe { height: var(--narrow); } .mail iframe { margin: 0 -9px; width: calc(100% + 18px); } }
.empty { text-align: center; color: var(--quiet); padding: 40px 0; }
`;

/** The whole page. */
export function mailboxPage(messages: readonly Delivered[]): string {
  const shown = messages.map((one) => (one.kind === 'slack' ? slack(one) : mail(one))).join('\n');
  const none = '<p class="empty">Nothing yet. What people are told appears here.</p>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Harpoon mailbox</title><style>${STYLE}</style></head>
<body><header><h1>Mailbox of this machine</h1></header><main>${shown || none}</main></body></html>`;
}

function way(kind: string, atMs: number, more = ''): string {
  return `<p class="way"><b>${kind}</b> · ${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC${more}</p>`;
}

function mail(one: Extract<Delivered, { kind: 'mail' }>): string {
  const { atMs, from, to, subject, html, text } = one;
  const people = ` · ${escape(from)} → ${escape(to.join(', '))}`;
  return `<article class="mail">${way('E-mail', atMs, people)}<h2>${escape(subject)}</h2>
<iframe sandbox title="the message" style="${frameHeight(html)}" srcdoc="${escape(html)}"></iframe>
<details><summary>as text</summary><pre>${escape(text)}</pre></details></article>`;
}

/** A frame that may run nothing cannot tell its height: about as high as its parts are. */
function frameHeight(html: string): string {
  const count = (mark: string) => html.split(mark).length - 1;
  const parts = { row: count('class="label"'), text: count('class="text"') };
  const more = { picture: count('<img '), item: count('class="item"') };
  const wide = 130 + 38 * parts.row + 50 * parts.text + 335 * more.picture + 60 * more.item;
  const narrow = 110 + 42 * parts.row + 74 * parts.text + 200 * more.picture + 90 * more.item;
  return `--wide: ${wide}px; --narrow: ${narrow}px`;
}

function slack({ atMs, payload }: Extract<Delivered, { kind: 'slack' }>): string {
  const { blocks, text } = payload as { blocks?: readonly Block[]; text?: string };
  const shown = blocks?.map(block).join('\n') ?? `<p>${texts(text)}</p>`;
  return `<article class="slack">${way('Slack', atMs)}${shown}</article>`;
}

interface Text {
  readonly type: string;
  readonly text: string;
}

interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly Text[];
  readonly image_url?: string;
  readonly alt_text?: string;
}

function block(one: Block): string {
  switch (one.type) {
    case 'header':
      return `<h2>${texts(one.text?.text)}</h2>`;
    case 'section':
      return one.fields === undefined
        ? `<p>${texts(one.text?.text, one.text?.type)}</p>`
        : `<div class="fields">${one.fields.map(({ type, text }) => `<div>${texts(text, type)}</div>`).join('')}</div>`;
    case 'context':
      return `<div class="context">${(one.elements ?? []).map(({ text }) => texts(text)).join('<br>')}</div>`;
    case 'image':
      return `<img src="${escape(one.image_url ?? '')}" alt="${escape(one.alt_text ?? '')}">`;
    default:
      return `<p>${escape(JSON.stringify(one))}</p>`;
  }
}

/** Slack's escapes are undone, then HTML's are made; of formatting only bold and code are shown. */
function texts(text = '', type = 'plain_text'): string {
  const raw = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const safe = escape(raw);
  if (type !== 'mrkdwn') return safe;
  return safe
    .replaceAll(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replaceAll(/`([^`\n]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
