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
  /** An order that was made may be answered with a limit (Kraken documents that none was made). */
  readonly limitsAfterPlacing?: boolean;
}

/**
 * Longest lag of reads where a limit may be told of an order that was made: the one look before the
 * second licence has to see it. Such an answer is heard up to 7 s after the licence, the look comes
 * 12 s after it, and the clocks of the two may differ by 4 s.
 */
export const LIMIT_LAG_MS = 900;

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

/** Texts of which Kraken documents that the engine never saw the order, told although it was made. */
export const LIMITS: readonly string[] = KNOWN_TEXTS.filter(
  (text) => verdictOnText(text).verdict === 'refused-before-engine',
);

/** What may come instead of an order, to draw from: what ends everything seldom. */
export const BEFORE_DRAWN: readonly string[] = [...REFUSING, ...REFUSING, ...ENDING];

/** As Kraken writes it: a text that ends in a colon has a detail, a throttled one its time. */
export function written(text: string): string {
  if (text === 'EService:Throttled') return 'EService: Throttled: 1795348800';
  return text.endsWith(':') ? `${text}Some detail` : text;
}
