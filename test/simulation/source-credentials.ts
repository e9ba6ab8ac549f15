/**
 * What the senders prove themselves with, as people rotate it: a new secret is added, the old one
 * is accepted until its `notAfter`, and the sender is changed some time before or after that. Keeps
 * the true times, against which every answer of the webhook is held.
 */
import { createHmac } from 'node:crypto';
import type { ProofHeaders } from '../../functions/core/receive/signal-request.ts';

/** One secret of a source and the time in which it is to be accepted. */
interface Life {
  readonly value: string;
  readonly fromMs: number;
  untilMs: number;
}

/** A warm webhook keeps a source's secrets for a minute, and its clock may be a little off. */
const NOTICED_MS = 60_000 + 3_000;
/** How old a signature may be. Source: Standard Webhooks 1.0.0. */
const SIGNED_MS = 300_000 - 3_000;

/** The secrets of every source of a world. */
export class SourceCredentials {
  readonly #lives = new Map<string, Life[]>();
  readonly #used = new Map<string, string>();

  /** Whether each source has a secret that can do nothing but halt. */
  haveHaltSecrets = false;

  /** A source with its first secret. */
  add(source: string): void {
    this.#lives.set(source, [{ value: valueOf(source, 0), fromMs: -Infinity, untilMs: Infinity }]);
    this.#used.set(source, valueOf(source, 0));
  }

  /** Adds a secret and gives the others an end; the sender goes on with the one it has. */
  rotate(source: string, nowMs: number, untilMs: number): void {
    const lives = this.#lives.get(source) ?? [];
    for (const life of lives) life.untilMs = Math.min(life.untilMs, untilMs);
    // The store holds two: one that was replaced before leaves it now.
    for (const life of lives.slice(0, -1)) life.untilMs = Math.min(life.untilMs, nowMs);
    lives.push({ value: valueOf(source, lives.length), fromMs: nowMs, untilMs: Infinity });
  }

  /** The sender is changed: from now on it uses the newest secret. */
  change(source: string): void {
    const newest = this.#lives.get(source)?.at(-1);
    if (newest !== undefined) this.#used.set(source, newest.value);
  }

  /** The secret that a sender uses now. */
  usedBy(source: string): string {
    return this.#used.get(source) ?? '';
  }

  /** Every secret there ever was. */
  all(): readonly string[] {
    return [...this.#lives.values()].flatMap((lives) => lives.map(({ value }) => value));
  }

  /** The text of the secret in the store: the two newest. */
  secretText(source: string): string | undefined {
    const lives = this.#lives.get(source);
    if (lives === undefined) return undefined;
    const secrets = lives.slice(-2).map(({ value, untilMs }) => ({
      value,
      ...(untilMs === Infinity ? {} : { notAfter: new Date(untilMs).toISOString() }),
    }));
    const halt = this.haveHaltSecrets ? { halt: [{ value: this.haltSecretOf(source) }] } : {};
    return JSON.stringify({ token: tokenOf(source), secrets, ...halt });
  }

  /** The secret of a source that can do nothing but halt. */
  haltSecretOf(source: string): string {
    return valueOf(`halt of ${source}`, 0);
  }

  /** What an answer to a message with this secret says that it may not; undefined: nothing. */
  judge(
    message: { readonly source: string; readonly secret: string; readonly signedAtMs?: number },
    at: { readonly sentMs: number; readonly nowMs: number; readonly status: number },
  ): 'valid and turned away' | 'over and let in' | undefined {
    const life = this.#lives.get(message.source)?.find(({ value }) => value === message.secret);
    if (life === undefined) return undefined;
    const { sentMs, nowMs, status } = at;
    const isOld = nowMs - (message.signedAtMs ?? nowMs) > SIGNED_MS;
    const isKnown = life.fromMs + NOTICED_MS <= sentMs && nowMs < life.untilMs - 3_000;
    if (isKnown && !isOld && status === 401) return 'valid and turned away';
    const isOver = sentMs > life.untilMs + NOTICED_MS;
    return isOver && status < 500 && ![401, 429].includes(status) ? 'over and let in' : undefined;
  }

  /** Whether the secret is one that a newer one replaces. */
  isOld(source: string, secret: string): boolean {
    return this.#lives.get(source)?.at(-1)?.value !== secret;
  }
}

/** The token in the path of a source. */
export function tokenOf(source: string): string {
  return `token-of-${source}-`.padEnd(40, 'x');
}

/** Signs as Standard Webhooks 1.0.0 has it. */
export function signed(
  secret: string,
  message: { readonly id: string; readonly atMs: number; readonly body: Uint8Array },
): ProofHeaders {
  const timestamp = String(Math.floor(message.atMs / 1_000));
  // As a byte string, of which Node 24 makes no key object.
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64').toString('latin1');
  const mac = createHmac('sha256', key, { encoding: 'latin1' });
  mac.update(`${message.id}.${timestamp}.`);
  return new Map([
    ['webhook-id', message.id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', `v1,${mac.update(message.body).digest('base64')}`],
  ]);
}

/** A secret that serves for both ways of proving who sends. */
function valueOf(source: string, count: number): string {
  return `whsec_${Buffer.from(`${source} ${count} `.padEnd(30, '.')).toString('base64')}`;
}
