/** What `npm start` prints to try next: commands that work as they stand. */
import type { Config } from '../../functions/core/config.ts';
import { neededTerms } from '../../operator/needed-terms.ts';
import type { MadeUpSource } from './made-up-keys.ts';
import { proofFields, proofHeadersOf, signsId } from './sign-message.ts';

/** A limit that trades at once. */
const LIMIT_PRICE = '+0.1%';

/** The first pair that the first account of the source may trade and the exchange lists. */
export function pairToTry(
  { accounts: [name = ''] }: Config['sources'][string],
  { accounts }: Config,
  isListed: (pair: string) => boolean,
): string {
  return accounts[name]?.rails?.pairs.find(isListed) ?? 'BTC/USD';
}

/** A ready `curl` for a source: one buy signal with a fixed id and time. */
export function curlFor(
  name: string,
  source: Config['sources'][string],
  at: {
    readonly gatewayUrl: string;
    readonly secrets: MadeUpSource;
    readonly nowMs: number;
    readonly pair: string;
  },
): string {
  const { auth } = source;
  const time = new Date(at.nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const id = `try-${at.nowMs}`;
  const secret = at.secrets.secrets[0]?.value ?? '';
  const body = JSON.stringify({
    ...proofFields(auth, secret),
    ...(signsId(auth) ? {} : { id }),
    ...{ time, symbol: `KRAKEN:${at.pair.replace('/', '')}` },
    ...wishOf(source, at.pair),
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
function wishOf(source: Config['sources'][string], pair: string): Readonly<Record<string, string>> {
  const bySignal = source.size.kind === 'signal';
  if (source.target !== true) {
    const [, quote = 'USD'] = pair.split('/');
    const size = bySignal ? { size: `100 ${quote}` } : {};
    return { action: 'buy', ...size, ...neededTerms(source, LIMIT_PRICE) };
  }
  return {
    ...{ marketPosition: 'long', positionSize: bySignal ? '0.001' : '1' },
    ...{ prevMarketPosition: 'flat', prevMarketPositionSize: '0' },
  };
}
