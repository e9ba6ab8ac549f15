/** An order row in words: what it is, how its state is called, and what a person should do now. */
import type { OrderState } from '../../functions/core/order-state.ts';
import { actionWords } from '../../functions/core/order-words.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { printable } from '../config/fault.ts';
import type { Paint } from './paint.ts';

interface StateWords {
  readonly look: keyof Paint;
  /** What the state means, in half a sentence. */
  readonly meaning: string;
  /** What to do now. */
  readonly todo: string;
}

const NOTHING = 'Nothing.';
const AGAIN =
  'Nothing was placed and it is not tried again. Mend the cause, then send a new signal or place it by hand.';

/** Every state. */
export const STATE_WORDS: Readonly<Record<OrderState, StateWords>> = {
  received: {
    look: 'warn',
    meaning: 'stored, and not carried out yet',
    todo: 'Nothing yet: the worker takes it within seconds. If it stays so for minutes, look into the log of place-orders.',
  },
  queued: {
    look: 'warn',
    meaning: 'tried in vain, and tried again',
    todo: 'Nothing yet. Do not place it by hand unless you halt the account first (npx harpoon halt), or it may be placed twice.',
  },
  prepared: {
    look: 'warn',
    meaning: 'licensed to be sent; the answer is not on record yet',
    todo: 'Nothing yet: when no answer came, Harpoon looks for the order at Kraken. Do not place it by hand meanwhile.',
  },
  unknown: {
    look: 'bad',
    meaning: 'sent, and nobody knows yet whether Kraken has it',
    todo: 'Wait: Harpoon goes on looking and sends nothing again. Do not place it by hand before you looked for the client order id at Kraken.',
  },
  'needs-human': {
    look: 'bad',
    meaning: 'NEEDS YOU: neither found at Kraken nor proved absent, or contradictory',
    todo: 'Open Kraken, look for the client order id, then say what you found: npx harpoon settle, with that id. New entries on this account are blocked until npx harpoon resume. See docs/runbook.md.',
  },
  placed: {
    look: 'good',
    meaning: 'at Kraken',
    todo: 'Nothing. What becomes of it there (filled, open, cancelled) is looked at once a minute; until then it stands at Kraken under its order id.',
  },
  validated: {
    look: 'good',
    meaning: 'checked by Kraken, nothing placed',
    todo: 'Nothing. The account is in validate mode; set mode: live in harpoon.yaml to trade.',
  },
  rejected: { look: 'bad', meaning: 'refused, nothing placed', todo: AGAIN },
  expired: {
    look: 'warn',
    meaning: 'too late, nothing placed',
    todo: 'Nothing was placed. Look at the chart before you place it by hand.',
  },
  suppressed: {
    look: 'warn',
    meaning: 'stopped by the kill switch, nothing placed',
    todo: 'Nothing was placed and it is never carried out later. How the switches stand: npx harpoon status',
  },
  withdrawn: {
    look: 'faint',
    meaning: 'taken back before it went out, nothing placed',
    todo: NOTHING,
  },
  unneeded: {
    look: 'faint',
    meaning: 'nothing to trade: the strategy stands where the signal wants it',
    todo: NOTHING,
  },
  unplaced: {
    look: 'bad',
    meaning: 'not at Kraken',
    todo: 'It was sent or may have been sent, and Kraken does not have it. Nothing is sent again; place it by hand if you still want it.',
  },
};

/** `buy BTC/USD`, or the symbol as it was written. */
export function subjectOf(row: OrderRow): string {
  const { signal, decision } = row;
  return printable(`${actionWords(row)} ${decision?.pair ?? signal.symbol}`);
}

/** Why a row is where it is, in one line. */
export function reasonOf({ refusal, outcome }: OrderRow): string {
  return refusal?.sentence ?? outcome ?? '';
}

/** `2026-11-23 13:05:12.345 UTC` */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
}

/** `2026-11-23 13:05` of UTC. */
export function utcMinute(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** The first characters of a client order id: as `why` takes it, and short enough for a table. */
export function shortId({ clientOrderId }: OrderRow): string {
  return clientOrderId.slice(0, 13);
}
