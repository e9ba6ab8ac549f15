import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { placeOutcome } from '../../../functions/core/answer.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { FRESH_FOR_MS } from '../../../functions/adapters/kraken/fresh-connection.ts';
import { SpotPrivate } from '../../../functions/adapters/kraken/spot-private.ts';
import { Transport, type TransportOptions } from '../../../functions/adapters/kraken/transport.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { CERTIFICATE, http, krakenSays, loopback, type Loopback, type Script } from './loopback.ts';
import { MISBEHAVIOURS, PLACED } from './misbehaviours.ts';

const KEY = { key: new Secret('public'), secret: new Secret('AQEBAQEBAQEBAQEBAQEBAQ==') };
const clock = fakeClock();
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0)) await thing.close();
});

async function serve(script: Script): Promise<Loopback> {
  const server = await loopback(script);
  opened.push(server);
  return server;
}

function transportTo(url: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = new Transport({ url, nowMs: () => clock.nowMs(), ca: CERTIFICATE, ...options });
  opened.push(transport);
  return transport;
}

/** Places one order and tells what became of it. */
async function order(transport: Transport, mayStillSend = () => true) {
  const spot = new SpotPrivate({ transport, key: KEY, nextNonce: () => '1' });
  const form = { nonce: '1616492376594', ordertype: 'market', pair: 'XBTUSD', volume: '1' };
  return placeOutcome(await spot.addOrder(form, mayStillSend), false);
}

/** How often an order arrived. */
const copies = ({ requests }: Loopback) =>
  requests.filter(({ head }) => head.startsWith('POST /0/private/AddOrder ')).length;

/** Lets what the other side did to a socket arrive here. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe.each([
  ['http', false],
  ['https', true],
] as const)('an order over %s', (_, tls) => {
  test('that is answered is placed, and was sent once with its signature', async () => {
    const server = await serve({ tls, onRequest: (socket) => socket.write(krakenSays(PLACED)) });
    const outcome = await order(transportTo(server.url));
    expect(outcome).toMatchObject({ kind: 'placed', exchangeOrderId: PLACED.txid[0] });
    expect(copies(server)).toBe(1);
    const { head, body } = server.requests[0] ?? { head: '', body: '' };
    expect(head).toContain(`Host: 127.0.0.1:${server.port}\r\n`);
    expect(head).toContain('User-Agent: harpoon\r\n');
    expect(head).toContain('API-Key: public\r\n');
    expect(head).toMatch(/API-Sign: [A-Za-z0-9+/]{86}==\r\n/);
    expect(body).toBe('nonce=1616492376594&ordertype=market&pair=XBTUSD&volume=1');
  });

  test.each(MISBEHAVIOURS)('that %s is unknown, and was sent once', async (_, onRequest) => {
    const server = await serve({ tls, onRequest });
    const limits = { totalMs: 250, bodyBytes: 50_000 };
    const outcome = await order(transportTo(server.url, { limits }));
    await settle();
    expect(outcome).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/./) as string,
    });
    expect(copies(server)).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  test.each(['301 Moved', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect'])(
    'that is sent elsewhere by %s goes nowhere else',
    async (status) => {
      const elsewhere = await serve({ tls });
      const server = await serve({
        tls,
        onRequest: (socket) =>
          socket.write(http(status, '', `Location: ${elsewhere.url}/0/private/AddOrder\r\n`)),
      });
      expect((await order(transportTo(server.url))).kind).toBe('unknown');
      await settle();
      expect(copies(server)).toBe(1);
      expect(elsewhere.connections()).toBe(0);
    },
  );

  test('whose time is up when the connection stands is not sent', async () => {
    const server = await serve({ tls });
    expect((await order(transportTo(server.url), () => false)).kind).toBe('never-sent');
    await settle();
    expect(server.connections()).toBe(1);
    expect(server.requests).toHaveLength(0);
  });

  test('takes the connection that was opened ahead', async () => {
    const server = await serve({ tls, onRequest: (socket) => socket.write(krakenSays(PLACED)) });
    const transport = transportTo(server.url);
    transport.warm();
    transport.warm();
    await settle();
    expect((await order(transport)).kind).toBe('placed');
    expect(server.connections()).toBe(1);
  });

  test('takes the connection ahead also while it is still being opened', async () => {
    const server = await serve({ tls, onRequest: (socket) => socket.write(krakenSays(PLACED)) });
    const transport = transportTo(server.url);
    transport.warm();
    expect((await order(transport)).kind).toBe('placed');
    expect(server.connections()).toBe(1);
  });

  test('opens another when the one ahead has become too old', async () => {
    const server = await serve({ tls, onRequest: (socket) => socket.write(krakenSays(PLACED)) });
    const transport = transportTo(server.url);
    transport.warm();
    await settle();
    clock.advance(FRESH_FOR_MS + 1);
    expect((await order(transport)).kind).toBe('placed');
    expect(server.connections()).toBe(2);
    expect(copies(server)).toBe(1);
  });

  test.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.end()],
  ])('opens another when the one ahead was %s by the server', async (_, drop) => {
    const accepted: Socket[] = [];
    const server = await serve({
      tls,
      onConnection: (socket) => accepted.push(socket),
      onRequest: (socket) => socket.write(krakenSays(PLACED)),
    });
    const transport = transportTo(server.url);
    transport.warm();
    await settle();
    accepted.forEach(drop);
    await settle();
    expect((await order(transport)).kind).toBe('placed');
    expect(server.connections()).toBe(2);
    expect(copies(server)).toBe(1);
  });

  test('never shares a connection with a question or with another order', async () => {
    const server = await serve({ tls, onRequest: (socket) => socket.write(krakenSays(PLACED)) });
    const transport = transportTo(server.url);
    await transport.send({ method: 'GET', path: '/0/public/Time' });
    await order(transport);
    await order(transport);
    await transport.send({ method: 'GET', path: '/0/public/Time' });
    expect(server.connections()).toBe(3);
  });
});

describe('an order that cannot be sent', () => {
  test('to a port that refuses was never sent', async () => {
    const server = await loopback({});
    await server.close();
    expect(await order(transportTo(server.url))).toMatchObject({
      kind: 'never-sent',
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  test('to a name that does not resolve was never sent', async () => {
    const outcome = await order(transportTo('https://does-not-exist.invalid'));
    expect(outcome.kind).toBe('never-sent');
  });

  test('to a server whose certificate is not trusted was never sent', async () => {
    const server = await serve({ tls: true });
    const transport = new Transport({ url: server.url, nowMs: () => clock.nowMs() });
    opened.push(transport);
    expect(await order(transport)).toMatchObject({
      kind: 'never-sent',
      reason: expect.stringContaining('self-signed certificate') as string,
    });
    expect(server.requests).toHaveLength(0);
  });

  const cutHandshake: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['resets', (socket) => socket.resetAndDestroy()],
    ['closes', (socket) => socket.end()],
    ['speaks no TLS', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['says nothing', () => undefined],
  ];
  test.each(cutHandshake)(
    'because the server %s during the handshake was never sent',
    async (_, cut) => {
      const server = await serve({ onConnection: cut });
      const url = server.url.replace('http:', 'https:');
      const outcome = await order(transportTo(url, { limits: { connectMs: 200 } }));
      expect(outcome.kind).toBe('never-sent');
      expect(copies(server)).toBe(0);
    },
  );

  test('because its connection ahead failed is sent over another', async () => {
    let refuse = true;
    const server = await serve({
      tls: true,
      onConnection: (socket) => {
        if (refuse) socket.destroy();
        refuse = false;
      },
      onRequest: (socket) => socket.write(krakenSays(PLACED)),
    });
    const transport = transportTo(server.url);
    transport.warm();
    await settle();
    expect((await order(transport)).kind).toBe('placed');
    expect(copies(server)).toBe(1);
  });

  test('because a header cannot be written was never sent', async () => {
    const server = await serve({});
    const reply = await transportTo(server.url).sendFresh(
      { method: 'POST', path: '/0/private/AddOrder', headers: { 'API-Key': 'a\nb' }, body: '' },
      () => true,
    );
    expect(reply.kind).toBe('never-sent');
    expect(server.requests).toHaveLength(0);
  });
});

describe('a question', () => {
  const ask = { method: 'GET', path: '/0/public/Time' } as const;

  test('goes over the connection of the one before', async () => {
    const server = await serve({ onRequest: (socket) => socket.write(krakenSays({})) });
    const transport = transportTo(server.url);
    for (let i = 0; i < 3; i += 1) expect((await transport.send(ask)).kind).toBe('answered');
    expect(server.connections()).toBe(1);
  });

  test('goes over a new connection when the kept one was closed by the server', async () => {
    const server = await serve({
      onRequest: (socket) => socket.write(krakenSays({}), () => setTimeout(() => socket.end(), 5)),
    });
    const transport = transportTo(server.url);
    await transport.send(ask);
    await settle();
    expect((await transport.send(ask)).kind).toBe('answered');
    expect(server.connections()).toBe(2);
  });

  test('goes over a new connection when the kept one has been idle for long', async () => {
    const server = await serve({ onRequest: (socket) => socket.write(krakenSays({})) });
    const transport = transportTo(server.url);
    await transport.send(ask);
    await settle();
    clock.advance(20_001);
    expect((await transport.send(ask)).kind).toBe('answered');
    expect(server.connections()).toBe(2);
  });

  test('is asked once, also when its kept connection is reset under it', async () => {
    let answers = 1;
    const server = await serve({
      onRequest: (socket, reset) => {
        if (answers-- > 0) socket.write(krakenSays({}));
        else reset();
      },
    });
    const transport = transportTo(server.url);
    await transport.send(ask);
    expect((await transport.send(ask)).kind).toBe('lost');
    await settle();
    expect(server.requests).toHaveLength(2);
  });

  test('that finds no connection was never sent', async () => {
    const server = await loopback({});
    await server.close();
    expect((await transportTo(server.url).send(ask)).kind).toBe('never-sent');
  });
});

describe('the address of an exchange', () => {
  test.each([
    ['http://api.kraken.com', 'not safe'],
    ['http://127.0.0.1.example.com', 'not safe'],
    ['ftp://api.kraken.com', 'not safe'],
    ['https://api.kraken.com/0/public', 'without path'],
    ['https://user@api.kraken.com', 'without path or user'],
  ])('%s is refused: %s', (url, message) => {
    expect(() => new Transport({ url, nowMs: () => 0 })).toThrow(message);
  });

  test.each([
    'https://api.kraken.com',
    'http://127.0.0.1:8788',
    'http://localhost',
    'http://[::1]:1',
  ])('%s is accepted', (url) => {
    expect(() => new Transport({ url, nowMs: () => 0 })).not.toThrow();
  });
});
