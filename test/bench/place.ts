/**
 * What our client adds to an order on the wire: AddOrder over TLS on this machine, against bare
 * node:https with the same signature, in turns. Both have their connection open when the clock
 * starts: the bare client keeps one, ours opens a fresh one ahead, as it does in production while
 * the licence to send is being written.
 */
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { krakenExchange } from '../../functions/adapters/kraken/exchange.ts';
import { encodeForm } from '../../functions/adapters/kraken/form.ts';
import { signer } from '../../functions/adapters/kraken/sign.ts';
import type { Attempt } from '../../functions/core/order.ts';
import { Secret } from '../../functions/core/secret.ts';
import type { Figure } from './sign.ts';

const PAIRS_OF_ORDERS = 400;
const WARM_UP = 150;
/** Between opening and sending, for both: what the writing of the licence takes at the least. */
const PAUSE_MS = 8;
const CLIENT_ID = '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11';
const TXID = 'OUF4EM-FRGI2-MQMWZD';
const ANSWER = JSON.stringify({
  error: [],
  result: { descr: { order: 'buy 1.25000000 XBTUSD @ limit 37500.0' }, txid: [TXID] },
});
const key = {
  key: new Secret('public'),
  secret: new Secret(Buffer.alloc(64, 7).toString('base64')),
};
const file = (name: string) =>
  readFileSync(new URL(`../adapters/kraken/tls/${name}`, import.meta.url), 'utf8');

/** Median of our times over the median of the bare client's, and the two medians for the reader. */
export async function benchPlace(): Promise<Figure & { oursMs: number; bareMs: number }> {
  const ca = file('cert.pem');
  const server = createServer({ cert: ca, key: file('key.pem') }, (incoming, response) => {
    incoming.resume().on('end', () => {
      response.setHeader('Content-Type', 'application/json').end(ANSWER);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bare = bareClient(port, ca);
  const ours = ourClient(port, ca);
  try {
    const oursMs: number[] = [];
    const bareMs: number[] = [];
    for (let i = 0; i < PAIRS_OF_ORDERS + WARM_UP; i += 1) {
      await pause();
      const bareTook = await timed(() => bare.place(orderOf(i)));
      ours.warm();
      await pause();
      const oursTook = await timed(() => ours.place(orderOf(i)));
      if (i < WARM_UP) continue;
      bareMs.push(bareTook);
      oursMs.push(oursTook);
    }
    const medians = { oursMs: median(oursMs), bareMs: median(bareMs) };
    const value = medians.oursMs / medians.bareMs;
    return {
      name: 'place one order, against bare node:https',
      value,
      unit: 'x',
      budget: 1.15,
      ...medians,
    };
  } finally {
    ours.close();
    bare.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

function ourClient(port: number, ca: string) {
  const exchange = krakenExchange({
    url: `https://127.0.0.1:${port}`,
    key,
    ca,
    nextNonce: () => '1',
    clock: { nowMs: () => Date.now(), sleep: async () => undefined },
    pairs: async () => [],
  });
  return {
    warm: () => exchange.warm(),
    close: () => exchange.close(),
    place: async (attempt: Attempt) => {
      const outcome = await exchange.place(attempt, { clientOrderId: CLIENT_ID });
      return outcome.kind === 'placed' ? outcome.exchangeOrderId : outcome.kind;
    },
  };
}

/** The least that a client can do: sign, post, parse. */
function bareClient(port: number, ca: string) {
  const agent = new Agent({ keepAlive: true, ca });
  const sign = signer(key.secret);
  const path = '/0/private/AddOrder';
  const place = ({ nonce, order, deadlineMs }: Attempt) =>
    new Promise<string | undefined>((resolve, reject) => {
      const body = encodeForm({
        nonce,
        ordertype: order.type,
        type: order.side,
        volume: order.volume,
        pair: order.pair,
        price: order.price,
        cl_ord_id: CLIENT_ID,
        deadline: new Date(deadlineMs).toISOString(),
      });
      const headers = {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': Buffer.byteLength(body),
        'API-Key': key.key.reveal(),
        'API-Sign': sign({ path, nonce, body }),
      };
      const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          const { result } = JSON.parse(text) as { result: { txid: string[] } };
          resolve(result.txid[0]);
        });
      });
      sent.end(body);
    });
  return { place, close: () => agent.destroy() };
}

function orderOf(index: number): Attempt {
  const nowMs = Date.now();
  return {
    token: String(index),
    nonce: String(1_700_000_000_000_000 + index),
    deadlineMs: nowMs + 10_000,
    preparedAtMs: nowMs,
    order: { pair: 'XBTUSD', side: 'buy', type: 'limit', price: '37500.0', volume: '1.25' },
    keyId: 'key',
    fence: 1,
    validate: false,
  };
}

async function timed(place: () => Promise<string | undefined>): Promise<number> {
  const startMs = performance.now();
  const txid = await place();
  const tookMs = performance.now() - startMs;
  if (txid !== TXID) throw new Error(`the order ended as ${txid}`);
  return tookMs;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
