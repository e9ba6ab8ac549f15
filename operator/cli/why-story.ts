/**
 * The story of a signal, told from its rows alone: what came, what it was taken for, what was sent
 * and answered, who was told, how it ended, and what to do. For somebody who was just woken up.
 */
import type { Book } from '../../functions/core/book.ts';
import { hasEnded } from '../../functions/core/fill.ts';
import { meanings } from '../../functions/core/notices/notice-glossary.ts';
import type { OutboxEntry } from '../../functions/core/notifications/ports.ts';
import { readableSpan } from '../../functions/core/notifications/times.ts';
import { orderNameOf } from '../../functions/core/identity.ts';
import { unsettledAmend } from '../../functions/core/order-now.ts';
import { isFinal, isWaiting } from '../../functions/core/order-state.ts';
import { orderWords } from '../../functions/core/order-words.ts';
import type { Attempt, AuditEntry, OrderRow } from '../../functions/core/order.ts';
import { closeText } from '../../functions/core/reconcile/same-close.ts';
import { printable } from '../config/fault.ts';
import { signalWords } from '../signal-words.ts';
import type { Followers } from './bracket-words.ts';
import { fillFacts, fillTodo, stateText } from './fill-words.ts';
import { STATE_WORDS, subjectOf, utc } from './order-words.ts';
import type { Paint } from './paint.ts';

/** One account's part of it. */
export interface OrderStory {
  readonly row: OrderRow;
  readonly steps: readonly AuditEntry[];
  /** Newest first. */
  readonly told: readonly OutboxEntry[];
  /** Where the record of the steps does not hold. */
  readonly fault?: string;
  /** The strategy's book after what traded of it. */
  readonly book?: Book;
  /** What Harpoon did for its take-profits. */
  readonly followers: Followers;
}

type Fact = readonly [label: string, value: string];

/** What stands under a heading. */
interface Chapter {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** The whole story; how it ended and what to do come first. */
export function storyLines(stories: readonly OrderStory[], paint: Paint): readonly string[] {
  const [first] = stories;
  if (first === undefined) return [];
  return [
    ...stories.flatMap(({ row }) => endLines(row, paint)),
    ...chapterLines({ title: 'What came', facts: messageFacts(first.row) }, paint),
    ...stories.flatMap((story) => accountLines(story, paint)),
  ];
}

function endLines(row: OrderRow, paint: Paint): readonly string[] {
  const { look, meaning, todo } = STATE_WORDS[row.state];
  const { fill } = row;
  const reason = row.refusal?.sentence ?? row.outcome;
  return [
    `${paint.strong(subjectOf(row))} on ${row.account}: ${paint[look](stateText(row))}${fill !== undefined && hasEnded(fill) ? '' : `, ${meaning}`}`,
    ...(reason === undefined ? [] : [`  ${reasonLabel(row)}: ${printable(reason)}`]),
    ...(reason === undefined ? [] : meanings(reason).map((line) => `  ${printable(line)}`)),
    `  Do now: ${fillTodo(row) ?? todo}`,
  ];
}

function reasonLabel({ state }: OrderRow): string {
  return state === 'placed' || state === 'validated' ? 'Kraken says' : 'Why';
}

function messageFacts({ signal, receivedAtMs }: OrderRow): readonly Fact[] {
  const { id, source, sentAtMs, unknown } = signal;
  const delayMs = receivedAtMs - sentAtMs;
  const delay = delayMs < 0 ? 'before it was sent' : `${readableSpan(delayMs)} after it was sent`;
  return [
    ...[['Signal', id] as const, ['Source', source] as const],
    ...[['Sent', utc(sentAtMs)] as const, ['Received', `${utc(receivedAtMs)}, ${delay}`] as const],
    ['Asks for', signalWords(signal)],
    ...Object.entries(unknown ?? {}).map(([name, json]) => [name, `${json} (not used)`] as const),
  ];
}

/** What happened again and again, as a try of each minute, is told once, with its number and its end. */
function stepFacts(steps: readonly AuditEntry[]): readonly Fact[] {
  return steps.flatMap(({ atMs, to, why }, index): readonly Fact[] => {
    const isLike = (other: AuditEntry | undefined): boolean =>
      other?.to === to && other.why === why;
    if (isLike(steps[index - 1])) return [];
    const end = steps.findIndex((step, at) => at > index && !isLike(step));
    const times = (end === -1 ? steps.length : end) - index;
    const last = steps[index + times - 1];
    const until =
      last === undefined || times === 1 ? '' : ` (${times} times, until ${utc(last.atMs)})`;
    return [[utc(atMs), `${to}: ${why}${until}`]];
  });
}

function accountLines(story: OrderStory, paint: Paint): readonly string[] {
  const { row, steps, told, fault } = story;
  const { decision, attempt } = row;
  const filled = fillFacts(row, story.book, story.followers);
  const chapters: readonly Chapter[] = [
    {
      title: `Account ${row.account}: how the size came about`,
      facts: [
        ...(decision === undefined ? [] : decisionFacts(decision)),
        ['Rails', railsWords(row)],
      ],
    },
    ...(attempt === undefined
      ? []
      : [{ title: `Account ${row.account}: what went out`, facts: attemptFacts(row, attempt) }]),
    ...(filled.length === 0
      ? []
      : [{ title: `Account ${row.account}: what traded`, facts: filled }]),
    {
      title: `Account ${row.account}: step by step`,
      facts: [
        ...stepFacts(steps),
        ['This record', fault === undefined ? 'is whole and unchanged' : `DOES NOT HOLD: ${fault}`],
      ],
    },
    {
      title: `Account ${row.account}: who was told`,
      facts: told.length === 0 ? [['Nobody', 'as far as is kept']] : told.map(toldFact),
    },
  ];
  return chapters.flatMap((chapter) => chapterLines(chapter, paint));
}

function decisionFacts(decision: NonNullable<OrderRow['decision']>): readonly Fact[] {
  const { pair, pairReason, steps, notional, counted, atPrice, reducing } = decision;
  const quote = pair.split('/')[1] ?? '';
  return [
    ['Pair', `${pair}: ${pairReason}`],
    ...steps.map(({ step, value }): Fact => [step, value]),
    ['Worth', `${notional} ${quote} at ${atPrice}`],
    ...(counted === undefined ? [] : [['Counts for maxDaily', counted] as const]),
    ...(reducing
      ? [['Leaves', 'it only leaves a position, so most rails let it pass'] as const]
      : []),
  ];
}

/** What is on record about the rails: a licence means that all of them let it pass. */
function railsWords({ attempt, refusal, state }: OrderRow): string {
  if (attempt !== undefined) return 'all of them let it pass; it got a licence to be sent';
  if (refusal !== undefined) return `refused before a licence (${refusal.code})`;
  return isFinal(state) ? 'it ended before they were the matter' : 'not judged to the end yet';
}

function attemptFacts(row: OrderRow, attempt: Attempt): readonly Fact[] {
  const { order, preparedAtMs, deadlineMs, validate, keyId } = attempt;
  const { close, ...terms } = order;
  const words = Object.entries(terms).map(([name, value]) =>
    name.endsWith('Ms') ? `${name.slice(0, -2)} ${utc(Number(value))}` : `${name} ${String(value)}`,
  );
  if (close !== undefined) words.push(`close ${closeText(close)}`);
  const optional = (label: string, value: string | undefined): readonly Fact[] =>
    value === undefined ? [] : [[label, value]];
  return [
    ['Order', words.join(', ')],
    ...(validate
      ? [['Only checked', 'Kraken was asked to check it, not to place it'] as const]
      : []),
    ['Client order id', row.clientOrderId],
    ...optional('Kraken knows it by the userref', orderNameOf(row, order).userref?.toString()),
    ['Licensed', `${utc(preparedAtMs)}, licence ${row.sends} of at most ${row.licences}`],
    ['Kraken takes it until', utc(deadlineMs)],
    ['Signed with key', `fingerprint ${keyId.slice(0, 16)}`],
    ...optional('Kraken order id', row.exchangeOrderId),
    ...optional('Answer', row.outcome),
    ...amendFacts(row),
    ...(row.refusedBeforeEngine === true
      ? [['Refused', 'before the matching engine saw it'] as const]
      : []),
    ...(row.absences ?? []).map(({ atMs, control }): Fact => [
      'Not found at Kraken',
      `${utc(atMs)}; control: ${control}`,
    ]),
    ...(row.dueAtMs === undefined ? [] : [['Looked at again', utc(row.dueAtMs)] as const]),
    ...(isWaiting(row.state) ? [['Tried until', utc(row.expiresAtMs)] as const] : []),
  ];
}

/** What became of the order since: each amend is among the steps, what holds now is here. */
function amendFacts(row: OrderRow): readonly Fact[] {
  const now = row.amended?.now;
  const asked = unsettledAmend(row);
  const open = asked === undefined ? [] : [...(asked.earlier ?? []), asked.order];
  return [
    ...(now === undefined ? [] : [['Changed since to', orderWords(now)] as const]),
    ...open.map((order): Fact => ['Asked to be, not settled', orderWords(order)]),
  ];
}

function toldFact({ notice, deliveries }: OutboxEntry): Fact {
  const ways = deliveries.map(({ channel, state, atMs, error }) => {
    const at = atMs === undefined ? '' : ` ${utc(atMs)}`;
    const done = { delivered: 'delivered', waiting: 'waiting', dead: 'given up' }[state];
    return `${channel} ${done}${at}${error === undefined ? '' : ` (${error})`}`;
  });
  return [
    utc(notice.atMs),
    `${notice.title} - ${ways.length === 0 ? 'waits for delivery' : ways.join('; ')}`,
  ];
}

function chapterLines({ title, facts }: Chapter, paint: Paint): readonly string[] {
  const width = Math.max(...facts.map(([label]) => label.length));
  return [
    '',
    paint.strong(title),
    ...facts.map(([label, value]) => {
      const shown = printable(label).padEnd(width);
      return `  ${paint.faint(shown)}  ${printable(value)}`;
    }),
  ];
}
