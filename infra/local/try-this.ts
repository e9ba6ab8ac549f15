/** What `npm start` prints to try next: commands that work as they stand. */
import { createHmac } from 'node:crypto';
import type { Config } from '../../functions/core/config.ts';
import type { MadeUpSource } from './made-up-keys.ts';

/** A ready `curl` for a source: one buy signal with a fixed id and time. */
export function curlFor(
  name: string,
  source: Config['sources'][string],
  at: { readonly gatewayUrl: string; readonly secrets: MadeUpSource; readonly nowMs: number },
): string {
  const time = new Date(at.nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const id = `try-${at.nowMs}`;
  const size = source.size.kind === 'signal' ? { size: '100 USD' } : {};
  const order = { time, symbol: 'KRAKEN:XBTUSD', action: 'buy', ...size };
  const [secret] = at.secrets.secrets;
  const signed = source.auth === 'standard-webhooks';
  const body = JSON.stringify(signed ? order : { secret: secret?.value ?? '', id, ...order });
  const headers = ['content-type: application/json'];
  if (signed) headers.push(...signatureHeaders(id, body, secret?.value ?? '', at.nowMs));
  const url = `${at.gatewayUrl}/hook/${name}/${at.secrets.token}`;
  return [`curl -sS ${url}`, ...headers.map((header) => `-H '${header}'`), `-d '${body}'`].join(
    ' \\\n    ',
  );
}

/** Headers of Standard Webhooks 1.0.0 over the raw body. */
export function signatureHeaders(
  id: string,
  body: string,
  secret: string,
  nowMs: number,
): readonly string[] {
  const seconds = String(Math.floor(nowMs / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return [
    `webhook-id: ${id}`,
    `webhook-timestamp: ${seconds}`,
    `webhook-signature: v1,${signature}`,
  ];
}
