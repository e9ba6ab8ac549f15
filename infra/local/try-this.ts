/** What `npm start` prints to try next: commands that work as they stand. */
import type { Config } from '../../functions/core/config.ts';
import type { MadeUpSource } from './made-up-keys.ts';
import { proofFields, proofHeadersOf, signsId } from './sign-message.ts';

/** A ready `curl` for a source: one buy signal with a fixed id and time. */
export function curlFor(
  name: string,
  source: Config['sources'][string],
  at: { readonly gatewayUrl: string; readonly secrets: MadeUpSource; readonly nowMs: number },
): string {
  const { auth } = source;
  const time = new Date(at.nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const id = `try-${at.nowMs}`;
  const secret = at.secrets.secrets[0]?.value ?? '';
  const body = JSON.stringify({
    ...proofFields(auth, secret),
    ...(signsId(auth) ? {} : { id }),
    ...{ time, symbol: 'KRAKEN:XBTUSD' },
    ...wishOf(source),
  });
  const proof = proofHeadersOf(auth, secret, { id, body, nowMs: at.nowMs });
  const headers = { 'content-type': 'application/json', ...proof };
  const url = `${at.gatewayUrl}/hook/${name}/${at.secrets.token}`;
  return [
    `curl -sS ${url}`,
    ...Object.entries(headers).map(([header, value]) => `-H '${header}: ${value}'`),
    `-d '${body}'`,
  ].join(' \\\n    ');
}

/** What is bought: of a strategy that says where it stands, where it would stand then. */
function wishOf({ target, size }: Config['sources'][string]): Readonly<Record<string, string>> {
  const bySignal = size.kind === 'signal';
  if (target !== true) return { action: 'buy', ...(bySignal ? { size: '100 USD' } : {}) };
  return {
    ...{ marketPosition: 'long', positionSize: bySignal ? '0.001' : '1' },
    ...{ prevMarketPosition: 'flat', prevMarketPositionSize: '0' },
  };
}
