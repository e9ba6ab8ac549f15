/**
 * Everything behind the webhook on fakes: real events go in, and the tests see the answers, the
 * rows, the queue, the notices and every log line. Only guard, parser and use case are real.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { sourceGuard } from '../../../functions/adapters/webhook/source-guard.ts';
import type { Account, Config, Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { MarketSnapshot, SourceSecrets } from '../../../functions/core/ports.ts';
import type { AnswerBody } from '../../../functions/core/receive/receive-signal.ts';
import { Secret, type SourceCredentials } from '../../../functions/core/secret.ts';
import { serveSignals } from '../../../functions/receive-signal/serve.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakeQueue } from '../../fakes/queue.ts';
import { fakeStore } from '../../fakes/store.ts';

export const TOKEN = 'token-of-btc-trend-0123456789abcdefghij';
export const BODY_SECRET = 'body-secret-of-btc-trend-0123456789';
export const SIGNING_SECRET = `whsec_${Buffer.from('signing-key-of-custom-0123456789').toString('base64')}`;

export const HALT_SECRET = 'halt-secret-of-btc-trend-0123456789';

/** Every text that must appear in no answer, notice or log line. */
export const SECRETS = [TOKEN, BODY_SECRET, HALT_SECRET, SIGNING_SECRET, SIGNING_SECRET.slice(6)];

/** Address that the sources accept. */
export const SENDER = '52.89.214.238';

const MAIN: Account = {
  exchange: 'kraken-spot',
  mode: 'live',
  secret: 'harpoon/main',
  rails: { pairs: ['BTC/USD'], maxOrder: '500 USD' },
};

const SOURCE: Source = {
  auth: 'tradingview',
  secret: 'harpoon/sources/btc-trend',
  accounts: ['main'],
  size: { kind: 'signal' },
  maxAgeMs: 60_000,
  allowFrom: [SENDER],
  symbols: { 'BINANCE:BTCUSDT': 'BTC/USD' },
  onUnplaced: 'notify',
  notify: ['ops'],
};

/** What a test wants otherwise. */
export interface HarnessOptions {
  readonly accounts?: Readonly<Record<string, Account>>;
  readonly source?: Partial<Source>;
  readonly secrets?: SourceSecrets;
  readonly market?: MarketSnapshot | 'none' | 'unreadable';
  /** False: the accounts' switches were never set. */
  readonly armed?: boolean;
  /** The sources name no addresses. */
  readonly anyAddress?: boolean;
}

/** One request; what is left out is right. */
export interface Post {
  readonly method?: string;
  readonly path?: string;
  readonly source?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
  /** Fields over the right ones; null, too, is sent. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Instead of fields. */
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** An answer as a sender sees it. */
export interface Seen {
  readonly status: number;
  readonly body: AnswerBody & { readonly status?: string; readonly code?: string };
  readonly text: string;
}

/** The webhook on fakes. */
export function harness(options: HarnessOptions = {}) {
  const clock = fakeClock();
  const log = fakeLog();
  const store = fakeStore(clock);
  const queue = fakeQueue(clock);
  const accounts = options.accounts ?? { main: MAIN };
  const { allowFrom, ...rest } = { ...SOURCE, accounts: Object.keys(accounts), ...options.source };
  const addresses = allowFrom === undefined || options.anyAddress === true ? {} : { allowFrom };
  const source: Source = { ...rest, ...addresses };
  const custom: Source = { ...source, auth: 'standard-webhooks', secret: 'harpoon/sources/custom' };
  const config: Config = {
    version: 1,
    accounts,
    sources: { 'btc-trend': source, custom },
    channels: {},
  };
  if (options.armed !== false) Object.keys(accounts).forEach((account) => store.arm(account));
  const snapshot: MarketSnapshot = {
    atMs: clock.nowMs(),
    pairs: [BTC_USD],
    last: new Map([['BTC/USD', decimal('100000')]]),
  };
  const market = {
    async read() {
      if (options.market === 'unreadable') throw new Error('the table is away');
      if (options.market === 'none') return undefined;
      return options.market ?? snapshot;
    },
    async write() {},
  };
  const guard = sourceGuard(config, options.secrets ?? { of: async (name) => credentials(name) });
  const serve = serveSignals({
    ...{ config, clock, guard, queue, market, log },
    ...{ orderLog: store.orders, switches: store.switches, outbox: store.outbox },
    halts: store.halts,
    recalls: store.recalls,
    heard: store.heard,
    amends: store.amends,
  });
  const post = async (request: Post = {}): Promise<Seen> => {
    const { statusCode: status, body: text } = await serve(hookEvent(request, clock.nowMs()));
    return { status, body: JSON.parse(text) as Seen['body'], text };
  };
  return { clock, log, store, queue, serve, post, config };
}

/** The secrets of the two sources. */
export function credentials(name: string): SourceCredentials {
  const value = name.endsWith('custom') ? SIGNING_SECRET : BODY_SECRET;
  return {
    token: new Secret(TOKEN),
    secrets: [{ value: new Secret(value) }],
    halt: [{ value: new Secret(HALT_SECRET) }],
  };
}

/** The message of a good signal, fired at a time. */
export function message(fields: Readonly<Record<string, unknown>>, nowMs: number): string {
  return JSON.stringify({
    secret: BODY_SECRET,
    id: 'Long-buy-long-1',
    time: new Date(nowMs - 1_000).toISOString(),
    symbol: 'KRAKEN:XBTUSD',
    action: 'buy',
    size: '0.001',
    ...fields,
  });
}

/** The event of a request, as an HTTP API makes it (payload format 2.0). */
export function hookEvent(request: Post, nowMs: number): APIGatewayProxyEventV2 {
  const { source = 'btc-trend', token = TOKEN, method = 'POST' } = request;
  const rawPath = request.path ?? `/hook/${source}/${token}`;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json; charset=utf-8', ...request.headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp ?? SENDER,
        userAgent: 'test',
      },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: new Date(nowMs).toISOString(),
      timeEpoch: nowMs,
    },
    body: request.body ?? message(request.fields ?? {}, nowMs),
    isBase64Encoded: request.isBase64Encoded ?? false,
  };
}
