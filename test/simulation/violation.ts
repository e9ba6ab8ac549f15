/** How a broken promise is reported. */

/** A promise that was broken, and when. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
  readonly atMs: number;
  /** Client order id, where one order is concerned. */
  readonly about?: string;
}
