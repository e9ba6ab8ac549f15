/**
 * Kraken's client over real sockets against the embedded Kraken, as the contract wants it. Between
 * them stands a server of raw sockets, which hands requests on, counts them, and does to the first
 * order what the way to Kraken may do to it.
 */
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { krakenExchange } from '../../../functions/adapters/kraken/exchange.ts';
import { krakenMarketData } from '../../../functions/adapters/kraken/market-data.ts';
import { Transport, type TransportOptions } from '../../../functions/adapters/kraken/transport.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { startKraken } from '../../../infra/local/kraken/server.ts';
import { fakeClock } from '../../fakes/clock.ts';
import type { Abilities, Make, Trouble } from './exchange-under-test.ts';
import { http, loopback, type Loopback, type Received } from './loopback.ts';
import { MISBEHAVIOURS, type Misbehaviour } from './misbehaviours.ts';

const KEY = { key: 'harpoon-test', secret: Buffer.alloc(64, 3).toString('base64') };
const PERMISSIONS = [
  'query-funds',
  'query-open-trades',
  'query-closed-trades',
  'modify-trades',
] as const;

/** What happens to requests on their way. */
interface Way {
  /** Requests with a path that begins so. */
  readonly to: string;
  /** Whether Kraken gets the request. */
  readonly isHandedOn: boolean;
  readonly misbehave: Misbehaviour;
  /** What happens to the first connection, before anything of it is read. */
  readonly atFirst?: (socket: Socket) => void;
}

const ORDER = '/0/private/AddOrder';

/** Where an answer never comes, no test waits for it as long as a trader would. */
const SHORT = { totalMs: 150, bodyBytes: 50_000 };

/** Kraken's client against the embedded Kraken. */
export const KRAKEN_OVER_SOCKETS: Abilities = {
  make: overSockets(),
  away: overSockets({ to: '/', isHandedOn: false, misbehave: (_, reset) => reset() }),
  hasMoney: true,
  checksOrders: true,
  unclear: [
    ...MISBEHAVIOURS.flatMap(([name, misbehave]): Trouble[] => [
      {
        name: `is not placed and ${name}`,
        isPlaced: false,
        make: overSockets({ to: ORDER, isHandedOn: false, misbehave }),
      },
      {
        name: `is placed and ${name}`,
        isPlaced: true,
        make: overSockets({ to: ORDER, isHandedOn: true, misbehave }),
      },
    ]),
    {
      name: 'is reset before it is read',
      isPlaced: false,
      isUnread: true,
      make: overSockets({
        to: ORDER,
        isHandedOn: false,
        misbehave: (_, reset) => reset(),
        atFirst(socket) {
          socket.pause();
          setTimeout(() => socket.resetAndDestroy(), 20);
        },
      }),
    },
  ],
  neverSent: [{ name: 'finds no connection', isPlaced: false, make: toAClosedPort }],
};

function overSockets(way?: Way): Make {
  return async () => {
    const clock = fakeClock();
    const kraken = await startKraken({
      port: 0,
      clock,
      // What paper, too, can say of leverage; what margin does is in a test of its own.
      rules: { margin: 'refused' },
      accounts: [{ ...KEY, permissions: PERMISSIONS, balances: { USD: '100000', BTC: '1' } }],
    });
    kraken.control.setPrice('BTC/USD', '50000');
    let isFirst = true;
    const server: Loopback = await loopback({
      onConnection: (socket) => {
        if (isFirst) way?.atFirst?.(socket);
        isFirst = false;
      },
      onRequest: (socket, reset) => {
        const received = server.requests.at(-1);
        if (received !== undefined) void pass(kraken.url, received, socket, { reset, way });
      },
    });
    const client = clientOf(server.url, clock, way && SHORT);
    return {
      ...client,
      copies: () => server.requests.filter(isOrder).length,
      async close() {
        client.transport.close();
        await server.close();
        await kraken.close();
      },
    };
  };
}

/** A client of a port that nobody listens at. */
async function toAClosedPort() {
  const server = await loopback({});
  await server.close();
  const client = clientOf(server.url, fakeClock(), undefined);
  const copies = () => server.requests.length;
  return { ...client, copies, close: async () => client.transport.close() };
}

function clientOf(
  url: string,
  clock: ReturnType<typeof fakeClock>,
  limits: TransportOptions['limits'],
) {
  const transport = new Transport({ url, nowMs: () => clock.nowMs(), ...(limits && { limits }) });
  const questions = new Transport({ url, nowMs: () => clock.nowMs() });
  const market = krakenMarketData({ url, clock, transport: questions });
  let nonce = clock.nowMs() * 1_000;
  const nextNonce = () => String((nonce += 1));
  const key = { key: new Secret(KEY.key), secret: new Secret(KEY.secret) };
  const pairs = () => market.pairs();
  const exchange = krakenExchange({ url, key, nextNonce, clock, pairs, transport });
  return { exchange, market, transport, nextNonce, nowMs: () => clock.nowMs() };
}

const isOrder = ({ head }: Received) => head.startsWith(`POST ${ORDER} `);

/** Hands a request on and its answer back, unless the way is in trouble. */
async function pass(
  url: string,
  { head, body }: Received,
  socket: Socket,
  { reset, way }: { readonly reset: () => void; readonly way: Way | undefined },
): Promise<void> {
  const [first = '', ...lines] = head.trimEnd().split('\r\n');
  const [method, path = ''] = first.split(' ');
  const isTroubled = way !== undefined && path.startsWith(way.to);
  if (isTroubled && !way.isHandedOn) return way.misbehave(socket, reset);
  const headers = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]));
  const answer = await new Promise<string>((resolve, reject) => {
    const sent = httpRequest(`${url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve(http(`${response.statusCode} Told`, text)));
    });
    sent.once('error', reject);
    sent.end(body);
  });
  if (isTroubled) way.misbehave(socket, reset);
  else socket.write(answer);
}
