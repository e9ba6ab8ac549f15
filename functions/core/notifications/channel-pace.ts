/**
 * When a channel may be used next within a run. Slack takes one message a second for a webhook
 * (https://docs.slack.dev/apis/web-api/rate-limits) and SES one a second for a new account
 * (https://docs.aws.amazon.com/ses/latest/dg/quotas.html), and a channel that asks for patience or
 * fails twice running is left alone.
 */
import type { Clock } from '../ports.ts';

const BETWEEN_MS = 1_000;

/** After so many failures running a channel is left alone until the next run. */
const FAILURES_MAX = 2;

/** The pace of one channel in one run. */
export class ChannelPace {
  readonly #clock: Clock;
  readonly #untilMs: number;
  #freeAtMs: number;
  #failures = 0;

  /** `freeAtMs`: an earlier run was asked to leave the channel alone until then. */
  constructor(clock: Clock, at: { readonly untilMs: number; readonly freeAtMs: number }) {
    this.#clock = clock;
    this.#untilMs = at.untilMs;
    this.#freeAtMs = at.freeAtMs;
  }

  /** When the channel may be used again. */
  get freeAtMs(): number {
    return this.#freeAtMs;
  }

  /** Waits for the channel's next turn and takes it; `false`: there is none in this run. */
  async turn(): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    const waitMs = Math.max(0, this.#freeAtMs - nowMs);
    if (nowMs + waitMs >= this.#untilMs) return false;
    if (waitMs > 0) await this.#clock.sleep(waitMs);
    this.#freeAtMs = this.#clock.nowMs() + BETWEEN_MS;
    return true;
  }

  /** The channel took a message. */
  worked(): void {
    this.#failures = 0;
  }

  /** The channel took none, and asks to be left alone for so long. */
  failed(patienceMs: number): void {
    this.#failures += 1;
    const restUntilMs = this.#clock.nowMs() + patienceMs;
    this.#freeAtMs = Math.max(this.#freeAtMs, restUntilMs);
    // Nothing more in this run: the rest would only wait for the same failure.
    if (this.#failures >= FAILURES_MAX) this.#freeAtMs = Math.max(this.#freeAtMs, this.#untilMs);
  }
}
