/** How a simulated exchange behaves for a whole seed, and what it may say about an order. */

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
}

/** Texts that come instead of an order: nothing was placed. */
export const BEFORE = [
  'EAPI:Invalid nonce',
  'EAPI:Rate limit exceeded',
  'EOrder:Rate limit exceeded',
  'EService: Throttled: 1795348800',
  'EOrder:Insufficient funds',
  'EOrder:Order minimum not met',
  'EService:Market in cancel_only mode',
  'EGeneral:Invalid arguments:volume',
  'EService:Unavailable',
  'EService:Busy',
  'EGeneral:Internal error',
  'EGeneral:Unheard of',
  'EGeneral:Permission denied',
] as const;

/** Texts of which Kraken does not promise that nothing was placed. */
export const AFTER = [
  'EService:Timeout',
  'EService:Unavailable',
  'EService:Busy',
  'EGeneral:Internal error',
  'EGeneral:Unheard of',
  'EGeneral:Invalid arguments:cl_ord_id not unique',
] as const;
