/** How a simulated exchange behaves for a whole seed, and what it may say about an order. */
import { KNOWN_TEXTS, verdictOnText } from '../../functions/core/answer.ts';

/** How this seed's exchange behaves beyond single faults. */
export interface Temper {
  /** The engine carries out orders whose deadline is over (Kraken promises not to). */
  readonly ignoresDeadline: boolean;
  /** Two requests at once may pass the nonce check together. */
  readonly nonceRaces: boolean;
  /** Longest lag of reads, where reads lag. */
  readonly lagMs: number;
  /** How late an order may reach the engine. */
  readonly lateMs: number;
  /** A nonce that was used is accepted again (Kraken promises not to, with a nonce window of 0). */
  readonly readmitsNonces?: boolean;
}

/** Texts of which Kraken does not promise that nothing was placed, and two that are not listed. */
const UNKNOWN_TEXTS = [
  ...KNOWN_TEXTS.filter((text) => verdictOnText(text).verdict === 'unknown'),
  'EGeneral:Unheard of',
  'EGeneral:Invalid arguments:cl_ord_id not unique',
];

/** Texts that end a key or an account for the day, and with it most of what a seed could show. */
const ENDING = KNOWN_TEXTS.filter((text) => verdictOnText(text).verdict === 'refused-and-trips');

/** Everything else that may come instead of an order. */
const REFUSING = [...KNOWN_TEXTS, 'EAPI:Invalid nonce', 'EGeneral:Unheard of'].filter(
  (text) => !ENDING.includes(text),
);

/** Every text that an order may be answered with when nothing was placed. */
export const BEFORE: readonly string[] = [...REFUSING, ...ENDING];

/** Every text that an order may be answered with although it was placed. */
export const AFTER: readonly string[] = UNKNOWN_TEXTS;

/** The same to draw from, with those that end everything seldom. */
export const BEFORE_DRAWN: readonly string[] = [...REFUSING, ...REFUSING, ...ENDING];

/** As Kraken writes it: a text that ends in a colon has a detail, a throttled one its time. */
export function written(text: string): string {
  if (text === 'EService:Throttled') return 'EService: Throttled: 1795348800';
  return text.endsWith(':') ? `${text}Some detail` : text;
}
