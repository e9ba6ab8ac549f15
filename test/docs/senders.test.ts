/** Holds docs/senders.md to the code: every example is compiled, signed, sent and read again. */
import { describe, expect, it } from 'vitest';
import { sourceGuard } from '../../functions/adapters/webhook/source-guard.ts';
import { decideOrder } from '../../functions/core/decide/decide-order.ts';
import { decimal } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { Secret } from '../../functions/core/secret.ts';
import { serveSignals } from '../../functions/receive-signal/serve.ts';
import { proofHeadersOf } from '../../infra/local/sign-message.ts';
import { compileConfig } from '../../operator/config/compile.ts';
import { decisionInput, PAIRS, tickerOf } from '../core/market-fixture.ts';
import { signalWords } from '../../operator/signal-words.ts';
import { fakeClock } from '../fakes/clock.ts';
import { fakeLog } from '../fakes/log.ts';
import { fakeQueue } from '../fakes/queue.ts';
import { fakeStore } from '../fakes/store.ts';
import { hookEvent, TOKEN } from '../functions/receive-signal/harness.ts';
import { accountsOfPage, examplesOfPage, sectionCount, type Example } from './senders-page.ts';

/** The secret that stands in the messages of the page; signing keys have a form of their own. */
const SECRET = 'the-secret-of-this-source';
const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** What TradingView puts in place of its placeholders. */
const FILLED: Readonly<Record<string, string>> = {
  timenow: '2026-11-22T11:59:58Z',
  exchange: 'KRAKEN',
  ticker: 'BTCUSD',
  close: '98000.5',
  'strategy.order.id': 'Long',
  'strategy.order.action': 'buy',
  'strategy.order.contracts': '0.001',
  'strategy.market_position': 'long',
};

/** The address that the page names for TradingView and TrendSpider; others may come from any. */
const ADDRESSES: Readonly<Record<string, string>> = { trendspider: '3.12.143.24' };
const TRADINGVIEW = '52.89.214.238';

/** Everything behind the webhook on fakes, under the configuration of an example. */
function webhookOf({ yaml }: Example) {
  const compiled = compileConfig(`${accountsOfPage()}${yaml}`);
  if (!compiled.ok) throw new Error(compiled.faults.map(({ problem }) => problem).join('; '));
  const { config } = compiled;
  const [name, ...more] = Object.keys(config.sources);
  if (name === undefined || more.length > 0) throw new Error('an example has one source');
  const source = config.sources[name];
  if (source === undefined) throw new Error('the source has a configuration');
  const value = source.auth === 'standard-webhooks' ? SIGNING : SECRET;
  const secrets = { of: async () => credentials(value) };
  const clock = fakeClock();
  const [log, store, queue] = [fakeLog(), fakeStore(clock), fakeQueue(clock)];
  store.arm('main');
  const last = new Map([['BTC/USD', decimal('98000.5')]]);
  const market = {
    read: async () => ({ atMs: clock.nowMs(), pairs: PAIRS, last }),
    write: async () => {},
  };
  const serve = serveSignals({
    ...{ config, clock, guard: sourceGuard(config, secrets), queue, market, log },
    ...{
      orderLog: store.orders,
      switches: store.switches,
      outbox: store.outbox,
      halts: store.halts,
      recalls: store.recalls,
      heard: store.heard,
      amends: store.amends,
    },
  });
  const orderOf = ({ account: accountName, signal }: OrderRow): string => {
    const account = config.accounts[accountName];
    if (account === undefined) throw new Error('the account has a configuration');
    const tickers = new Map([['BTC/USD', tickerOf('98000.4', '98000.5', '98000.5')]]);
    const input = { account, source, tickers, nowMs: clock.nowMs() };
    const decided = decideOrder(decisionInput({ signal, input }));
    if (!decided.ok) return decided.error.sentence;
    const { side, volume, pair, type, price } = decided.value.order;
    return `${side} ${volume} ${pair}, ${type}${price === undefined ? '' : ` at ${price}`}`;
  };
  const { auth } = source;
  return { name, auth, secret: value, clock, log, store, queue, serve, orderOf };
}

function credentials(value: string) {
  return { token: new Secret(TOKEN), secrets: [{ value: new Secret(value) }] };
}

async function send(example: Example, secret?: string) {
  const webhook = webhookOf(example);
  const { name, auth, clock } = webhook;
  const body = example.template
    .replace(/\{\{(.*?)\}\}/g, (whole, key: string) => FILLED[key] ?? whole)
    .replaceAll(SECRET, secret ?? SECRET);
  const message = { id: 'msg_1', body, nowMs: clock.nowMs() };
  const headers = proofHeadersOf(auth, secret ?? webhook.secret, message);
  const sourceIp = ADDRESSES[name] ?? TRADINGVIEW;
  const event = hookEvent({ source: name, headers, body, sourceIp }, clock.nowMs());
  const again = () => webhook.serve(event);
  const answer = await again();
  return { ...webhook, status: answer.statusCode, body: answer.body, again };
}

const EXAMPLES = examplesOfPage();

describe('docs/senders.md', () => {
  it('has an example in every section but the last, which has none to give', () => {
    expect(EXAMPLES).toHaveLength(sectionCount() - 1);
  });

  describe.each(EXAMPLES.map((example) => [example.sender, example] as const))(
    '%s',
    (_sender, example) => {
      it('gets the answer, and means what the page says', async () => {
        const { status, body, store, queue, orderOf } = await send(example);
        expect(JSON.parse(body)).toEqual(JSON.parse(example.answer));
        expect(status).toBe(example.status);
        const rows = store.rows();
        expect(rows.map(({ signal }) => signalWords(signal))).toEqual(
          example.meaning === undefined ? [] : [example.meaning],
        );
        expect(rows.map(orderOf)).toEqual(example.order === undefined ? [] : [example.order]);
        expect(queue.sent).toHaveLength(rows.length);
      });

      it('keeps no secret, and knows the message again', async () => {
        const { store, log, again } = await send(example);
        const { statusCode, body } = await again();
        expect(statusCode).toBe(example.status);
        if (example.meaning !== undefined) expect(body).toContain('"status":"duplicate"');
        expect(store.rows()).toHaveLength(example.meaning === undefined ? 0 : 1);
        const kept = `${JSON.stringify([store.rows(), store.notices()])}${log.lines.join('\n')}`;
        for (const secret of [SECRET, SIGNING, TOKEN]) expect(kept + body).not.toContain(secret);
      });

      it('is turned away with another secret', async () => {
        const other = example.yaml.includes('standard-webhooks')
          ? SIGNING.replace('Bw', 'CA')
          : 'another-secret-of-nobody';
        const { status, store } = await send(example, other);
        expect(status).toBe(401);
        expect(store.rows()).toEqual([]);
      });
    },
  );
});
