/**
 * How a sender proves itself, for every kind of `auth`: what it writes into the message, and the
 * headers that it sends over the finished bytes. Written from the senders' documentation, apart
 * from the code that checks it.
 */
import { createHmac } from 'node:crypto';
import type { Auth } from '../../functions/core/config.ts';

/** Fields of the message that prove its sender. */
export function proofFields(auth: Auth, secret: string): Readonly<Record<string, string>> {
  if (auth === 'tradingview') return { secret };
  if (typeof auth === 'string' || !('field' in auth)) return {};
  return { [auth.field]: secret };
}

/** Whether the scheme's own id names the signal, so that the message needs none. */
export function signsId(auth: Auth): boolean {
  return auth === 'standard-webhooks';
}

/** Headers that prove the sender of a finished message. */
export function proofHeadersOf(
  auth: Auth,
  secret: string,
  message: { readonly id: string; readonly body: string; readonly nowMs: number },
): Readonly<Record<string, string>> {
  const { id, body } = message;
  const seconds = String(Math.floor(message.nowMs / 1_000));
  if (auth === 'tradingview') return {};
  if (auth === 'standard-webhooks') {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signature = hmac(key, `${id}.${seconds}.${body}`).toString('base64');
    return {
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature}`,
    };
  }
  if (auth.kind === 'token') {
    if ('field' in auth) return {};
    return { [auth.header]: auth.header === 'authorization' ? `Bearer ${secret}` : secret };
  }
  const key = secret.startsWith('base64:')
    ? Buffer.from(secret.slice('base64:'.length), 'base64')
    : Buffer.from(secret);
  if (auth.kind === 'github') return { [auth.header]: `sha256=${hmac(key, body).toString('hex')}` };
  const signature = hmac(key, `${seconds}.${body}`).toString('hex');
  return { [auth.header]: `t=${seconds},v1=${signature}` };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
