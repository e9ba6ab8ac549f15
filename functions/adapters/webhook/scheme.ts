/**
 * What every way to prove a sender has in common: it reads a claim from what came, and says whether
 * a secret made that claim. One file each; schemes.ts knows them all. A scheme never sees which
 * secret is tried when, and none of them says why it refused to anybody but the log.
 */
import type { Result } from '../../core/result.ts';
import type { Evidence, FailedCheck, SignedEnvelope } from '../../core/receive/signal-request.ts';

/** A way to prove who sent a message. */
export interface Scheme {
  /** See AdmittedSource. */
  readonly proofIn: 'request' | 'message';
  /** The headers that it reads, in lower case; nothing else of a request's headers goes on. */
  readonly headers: readonly string[];
  /** Reads the claim; the check that failed when it is absent, malformed, old or early. */
  claimIn(evidence: Evidence, nowMs: number): Result<Claim, FailedCheck>;
}

/** Somebody claims to know a secret of the source. */
export interface Claim {
  /**
   * Whether it was made with this secret, in a time that does not depend on where it differs.
   * Throws when the secret is not of the form that the scheme needs.
   */
  isOf(secret: string): boolean;
  /** What was signed beside the body. */
  readonly signed?: SignedEnvelope;
}
