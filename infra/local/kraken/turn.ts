/**
 * One turn of the exchange: a request or a control command at one moment. Code that takes part in a
 * turn reads the state and changes it by emitting events; it has no clock, no randomness, no I/O.
 */
import { createHash } from 'node:crypto';
import { applyEvent, type ExchangeEvent } from './events.ts';
import type { Limits } from './limits.ts';
import type { ExchangeState } from './state.ts';

/** What may be chosen where the real exchange is unknown or differs by account. */
export interface Rules {
  /** Spelling of GetApiKeyInfo: recorded answers are in snake case, a page of the docs in camel. */
  readonly keyInfoSpelling: 'snake' | 'camel';
  /** `live` is what people report, `documented` what the page of errors says. */
  readonly minimumSpelling: 'live' | 'documented';
  /** Whether `cl_ord_id` is taken together with an attached close: sources disagree. */
  readonly closeWithClOrdId: 'refused' | 'accepted';
  /** Whether accounts may open positions on margin; Kraken knows accounts that may not. */
  readonly margin: 'allowed' | 'refused';
  /** How many refused calls of one key within a minute lock it out. */
  readonly lockoutAfter: number;
  readonly lockoutMs: number;
  /** Rate limits; absent: none. */
  readonly limits?: Limits;
}

/** The rules when nothing is chosen. */
export const DEFAULT_RULES: Rules = {
  keyInfoSpelling: 'snake',
  minimumSpelling: 'live',
  closeWithClOrdId: 'refused',
  margin: 'allowed',
  lockoutAfter: 20,
  lockoutMs: 15 * 60_000,
};

/** What tests and the control page change while the exchange runs. */
export interface Delays {
  /** Time between the answer and the matching engine; an order is as late as this. */
  readonly engineMs: number;
  /** How long reads do not show what happened. Balances are not late. */
  readonly readLagMs: number;
}

/** One turn. */
export interface Turn {
  readonly state: ExchangeState;
  readonly nowMs: number;
  readonly rules: Rules;
  readonly delays: Delays;
  /** Applies the event and remembers it for the journal. */
  emit(event: ExchangeEvent): void;
}

/** A turn and the list in which its events gather. */
export function beginTurn(turn: Omit<Turn, 'emit'>): {
  readonly turn: Turn;
  readonly events: ExchangeEvent[];
} {
  const events: ExchangeEvent[] = [];
  const emit = (event: ExchangeEvent): void => {
    applyEvent(turn.state, event);
    events.push(event);
  };
  return { turn: { ...turn, emit }, events };
}

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The id of the n-th order (`O`) or trade (`T`), in Kraken's form: OUF4EM-FRGI2-MQMWZD. */
export function exchangeId(letter: 'O' | 'T', number: number): string {
  const digest = createHash('sha256').update(`${letter}:${number}`).digest();
  const letters = [...digest.subarray(0, 16)].map((byte) => ID_LETTERS[byte % 32]).join('');
  return `${letter}${letters.slice(0, 5)}-${letters.slice(5, 10)}-${letters.slice(10)}`;
}
