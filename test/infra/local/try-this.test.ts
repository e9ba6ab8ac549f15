/** The command that `npm start` prints for a source, as the source's account would take it. */
import { describe, expect, it } from 'vitest';
import type { Config, Source } from '../../../functions/core/config.ts';
import { curlFor, pairToTry } from '../../../infra/local/try-this.ts';
import { judgeMessage } from '../../../operator/judge-message.ts';
import { PLAIN_SOURCE, SENT_MS } from '../../core/message/message-fixture.ts';

const rails = (pairs: readonly string[]): Config => ({
  ...{ version: 1, sources: {}, channels: {} },
  accounts: { main: { exchange: 'kraken-spot', mode: 'paper', rails: { pairs } } },
});

describe('the printed command', () => {
  it.each([
    [['NOSUCH/CHF', 'ETH/EUR', 'BTC/USD'], 'ETH/EUR'],
    [['NOSUCH/CHF'], 'BTC/USD'],
  ])('names the first pair that account and exchange know: of %j %s', (pairs, expected) => {
    const isListed = (pair: string) => ['BTC/USD', 'ETH/EUR'].includes(pair);
    expect(pairToTry(PLAIN_SOURCE, rails(pairs), isListed)).toBe(expected);
  });

  const sources: readonly (readonly [string, Partial<Source>, string])[] = [
    [
      'size in the message',
      { size: { kind: 'signal' } },
      'buy for 100 EUR of KRAKEN:ETHEUR, market',
    ],
    [
      'size by risk',
      { size: { kind: 'risk', percent: '1' } },
      'buy of KRAKEN:ETHEUR, market, out at -2%',
    ],
    [
      'limit orders only',
      { size: { kind: 'base', amount: '1' }, allow: { types: ['limit'] } },
      'buy of KRAKEN:ETHEUR, limit at +0.1%',
    ],
  ];
  it.each(sources)('is read by a source with %s', (_name, changed, means) => {
    const source = { ...PLAIN_SOURCE, ...changed };
    const secrets = { token: 't', secrets: [{ value: 's' }] };
    const at = { gatewayUrl: 'http://127.0.0.1:1', secrets, nowMs: SENT_MS, pair: 'ETH/EUR' };
    const [, body = ''] = /-d '([^']*)'/.exec(curlFor('desk', source, at)) ?? [];
    const { verdict } = judgeMessage(body, { name: 'desk', source }, SENT_MS);
    expect(verdict, body).toMatchObject({ kind: 'signal', means });
  });
});
