/** A preview as a person reads it, and as JSON. */
import { addOrderForm } from '../../functions/adapters/kraken/add-order-form.ts';
import { orderNameOf } from '../../functions/core/identity.ts';
import type { OrderPreview, Outlook } from '../../functions/core/receive/preview-order.ts';
import { DEADLINE_MS } from '../../functions/core/protocol.ts';
import { printable } from '../config/fault.ts';
import { STATE_WORDS } from './order-words.ts';
import { tableLines, type Paint } from './paint.ts';

/** Lines for one account. */
export function previewLines(preview: OrderPreview, paint: Paint): readonly string[] {
  const { account, mode, refusal, unavailable, unneeded, door, before, outlook } = preview;
  const { cancels, changes } = preview;
  const { look, text } = headOf(preview);
  return [
    `${paint.strong(`Account ${account}`)} (${mode}): ${paint[look](text)}`,
    ...(refusal === undefined ? [] : [`  Why: ${printable(refusal.sentence)}`]),
    ...(unavailable === undefined ? [] : [`  Why: ${printable(unavailable)}`]),
    ...(unneeded === undefined ? [] : [`  Why: ${printable(unneeded)}`]),
    ...(before === undefined
      ? []
      : [
          `  This signal came before; its order is ${before}, ${STATE_WORDS[before].meaning}. The same id is never carried out twice.`,
        ]),
    ...(door.word === 'accepted' || refusal?.sentence === door.why
      ? []
      : [`  The sender is told "${door.word}": ${printable(door.why)}`]),
    ...(cancels ?? []).map((name) => `  First cancelled: ${name}`),
    ...(changes ?? []).map((words) => `  First changed: ${words}`),
    ...(outlook === undefined ? [] : outlookLines(outlook, preview, paint)),
  ];
}

function headOf(preview: OrderPreview): { readonly look: keyof Paint; readonly text: string } {
  const { refusal, unavailable, unneeded, before, door, mode } = preview;
  if (unavailable !== undefined) return { look: 'warn', text: 'cannot be told now' };
  if (before !== undefined) return { look: 'warn', text: 'nothing would happen (duplicate)' };
  if (refusal !== undefined) return { look: 'bad', text: `would be refused (${refusal.code})` };
  if (door.word !== 'accepted') return { look: 'bad', text: `nothing would happen (${door.word})` };
  if (unneeded !== undefined) return { look: 'warn', text: 'nothing to trade' };
  return { look: 'good', text: mode === 'validate' ? 'would be checked' : 'would be placed' };
}

function outlookLines(
  { pair, steps, notional, atPrice, reducing, rails }: Outlook,
  preview: OrderPreview,
  paint: Paint,
): readonly string[] {
  const quote = pair.name.split('/')[1] ?? '';
  const facts: readonly (readonly [string, string])[] = [
    ['Pair', `${pair.name}: ${pair.reason}`],
    ...steps.map(({ step, value }) => [step, value] as const),
    ['Worth', `${notional} ${quote} at ${atPrice}`],
  ];
  const railRows = rails.map(({ rail, limit, seen, refusal }) => {
    const isFine = refusal === undefined;
    const text = isFine ? 'passes' : 'REFUSES';
    return [
      ...[rail, limit, seen()],
      { text, look: (one: Paint) => (isFine ? one.good : one.bad) },
    ];
  });
  const nothing = reducing
    ? '  None has a say: the order only leaves a position.'
    : '  None has a say.';
  return [
    ...factLines('How the size comes about', facts, paint),
    `  ${paint.strong('Limits')}`,
    ...(rails.length === 0
      ? [`  ${nothing}`]
      : tableLines(['RAIL', 'LIMIT', 'THIS ORDER', ''], railRows, paint).map(
          (one) => `    ${one}`,
        )),
    ...factLines(orderTitle(preview), Object.entries(fieldsOf(preview) ?? {}), paint),
  ];
}

function orderTitle(preview: OrderPreview): string {
  const isSent = headOf(preview).look === 'good';
  return isSent ? 'The order (AddOrder)' : 'The order (AddOrder), if it went out';
}

function factLines(
  title: string,
  facts: readonly (readonly [string, string])[],
  paint: Paint,
): readonly string[] {
  const width = Math.max(...facts.map(([label]) => label.length));
  return [
    `  ${paint.strong(title)}`,
    ...facts.map(([label, value]) => {
      return `    ${paint.faint(printable(label).padEnd(width))}  ${printable(value)}`;
    }),
  ];
}

/** Stand where the licence puts what only it knows. */
const LATER = {
  nonce: "the key's next one",
  deadline: `${DEADLINE_MS / 1_000} s after the licence`,
} as const;

/** The fields as they would go to Kraken; undefined where there is no order. */
function fieldsOf({
  clientOrderId,
  orderKey,
  mode,
  outlook,
}: OrderPreview): Readonly<Record<string, string>> | undefined {
  if (outlook === undefined) return undefined;
  const attempt = {
    ...{ token: '', nonce: '', deadlineMs: 0, preparedAtMs: 0, keyId: '', fence: 0 },
    ...{ order: outlook.order, validate: mode === 'validate' },
  };
  const name = orderNameOf({ clientOrderId, orderKey }, outlook.order);
  const form = { ...addOrderForm(attempt, name), ...LATER };
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The same for programs. */
export function previewJson(preview: OrderPreview) {
  const { account, mode, clientOrderId, refusal, unavailable, before, door, outlook } = preview;
  const { cancels = [], changes = [] } = preview;
  const { unneeded } = preview;
  return {
    ...{ account, mode, clientOrderId, before: before ?? null },
    wouldGoOut: headOf(preview).look === 'good',
    ...{ code: refusal?.code ?? null, sentence: refusal?.sentence ?? null },
    ...{ unavailable: unavailable ?? null, unneeded: unneeded ?? null },
    answer: { status: door.word, message: door.why },
    ...{ pair: outlook?.pair.name ?? null, pairReason: outlook?.pair.reason ?? null },
    ...{ steps: outlook?.steps ?? [], notional: outlook?.notional ?? null, cancels },
    changes,
    atPrice: outlook?.atPrice ?? null,
    rails: (outlook?.rails ?? []).map(({ rail, limit, seen, refusal: refused }) => {
      return { rail, limit, seen: seen(), passes: refused === undefined };
    }),
    order: fieldsOf(preview) ?? null,
  };
}
