/**
 * Carries one request to the exchange and brings back one reply. Nothing is ever sent twice: no
 * retry, no redirect, no second copy on HTTP 421. Each reply says one of three things:
 *
 *     never-sent  the connection failed before it was complete (name, refusal, time, certificate);
 *                 the request is handed to a connection only afterwards, so no byte of it left
 *     lost        the request was handed over and no whole HTTP 200 came back, whatever the cause
 *     answered    the whole body of an HTTP 200; Kraken sends its own errors that way, and any
 *                 other status means trouble on the way (https://docs.kraken.com/api/docs/guides/spot-rest-intro)
 *
 * When the promise settles the request is over, and nothing more of it is sent or read.
 */
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { PLACE_TIMEOUT_MS } from '../../core/protocol.ts';
import { connect, readOrigin, type Origin } from './connect.ts';
import { ConnectedAgent } from './connected-agent.ts';
import { FreshConnection } from './fresh-connection.ts';

/** Bounds of one request, all counted from the call. */
export const LIMITS = {
  connectMs: 2_000,
  /** An order, which is sent once and waited for. */
  totalMs: PLACE_TIMEOUT_MS,
  /** A read, which may be asked again. */
  readMs: 4_000,
  /** AssetPairs is about 1 MB. */
  bodyBytes: 8 * 1024 * 1024,
  /** A connection idle for longer is not used again, not even for a read. */
  idleMs: 20_000,
} as const;

/** One request. The body is sent as it is. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came of one request. Reasons are for people and hold no secret. */
export type Reply =
  | { readonly kind: 'never-sent'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'answered'; readonly text: string };

/** What a transport needs. */
export interface TransportOptions {
  /** `https://api.kraken.com`, or http to this machine. */
  readonly url: string;
  readonly nowMs: () => number;
  /** A certificate authority to trust instead of the public ones, in PEM. */
  readonly ca?: string | undefined;
  /** Other bounds than LIMITS. */
  readonly limits?: Partial<Record<keyof typeof LIMITS, number>>;
}

/** What carries a request: a kept connection, or one that was opened for it in `spentMs`. */
type Carrier =
  | { readonly agent: ConnectedAgent }
  | { readonly socket: Socket; readonly spentMs: number };

/** The way to one exchange host. */
export class Transport {
  readonly #origin: Origin;
  readonly #limits: Record<keyof typeof LIMITS, number>;
  readonly #agent: ConnectedAgent;
  readonly #fresh: FreshConnection;

  constructor({ url, nowMs, ca, limits }: TransportOptions) {
    this.#origin = readOrigin(url, ca);
    this.#limits = { ...LIMITS, ...limits };
    const open = () => connect(this.#origin, this.#limits.connectMs);
    this.#agent = new ConnectedAgent(open, nowMs);
    this.#fresh = new FreshConnection(open, nowMs);
  }

  /** Opens a connection for the next `sendFresh`. Never throws. */
  warm(): void {
    this.#fresh.warm();
  }

  /** Sends over a kept connection: for questions, which may be asked again. Never rejects. */
  send(request: HttpRequest): Promise<Reply> {
    this.#agent.dropIdle(this.#limits.idleMs);
    return this.#exchange(request, { agent: this.#agent });
  }

  /**
   * Sends over a connection that is fresh and carries nothing else: for orders. `mayStillSend` is
   * asked after the connection is complete, immediately before the first byte. Never rejects.
   */
  async sendFresh(request: HttpRequest, mayStillSend: () => boolean): Promise<Reply> {
    const startMs = performance.now();
    let socket: Socket;
    try {
      socket = await this.#fresh.take();
    } catch (error) {
      return { kind: 'never-sent', reason: reasonOf(error) };
    }
    if (!mayStillSend()) {
      socket.destroy();
      return { kind: 'never-sent', reason: 'it was too late to send when the connection stood' };
    }
    const spentMs = Math.floor(performance.now() - startMs);
    // The connection is closed from here. Told to close it too, a server does so while it answers.
    const headers = { ...request.headers, Connection: 'keep-alive' };
    const reply = await this.#exchange({ ...request, headers }, { socket, spentMs });
    // The outcome goes on its way first; nothing of the request is left to do.
    setImmediate(() => socket.destroy());
    return reply;
  }

  /** Closes every connection that is kept. */
  close(): void {
    this.#fresh.close();
    this.#agent.destroy();
  }

  #exchange(sent: HttpRequest, over: Carrier): Promise<Reply> {
    return new Promise((resolve) => {
      let request: ClientRequest;
      try {
        request = this.#request(sent, over);
      } catch (error) {
        // A header or path that HTTP cannot carry.
        resolve({ kind: 'never-sent', reason: reasonOf(error) });
        return;
      }
      const { readMs, totalMs, bodyBytes } = this.#limits;
      const wholeMs = 'spentMs' in over ? totalMs : readMs;
      // An agent's request gets its socket when the connection is complete; before, nothing left.
      let handedOver = 'socket' in over;
      let settled = false;
      const settle = (reply: Reply) => {
        settled = true;
        clearTimeout(timer);
        resolve(reply);
      };
      const fail = (error: Error) => {
        if (settled) return;
        settle({ kind: handedOver ? 'lost' : 'never-sent', reason: reasonOf(error) });
        request.destroy();
      };
      const timer = setTimeout(
        () => fail(new Error(`no whole answer within ${wholeMs} ms`)),
        wholeMs - ('spentMs' in over ? over.spentMs : 0),
      );
      request.once('socket', () => (handedOver = true));
      request.on('error', fail);
      request.once('close', () => fail(new Error('the connection was closed without an answer')));
      request.once('response', (response) => {
        readBody(response, bodyBytes, (text) => settle({ kind: 'answered', text }), fail);
      });
      request.end(sent.body);
    });
  }

  #request({ method, path, headers, body }: HttpRequest, over: Carrier): ClientRequest {
    return httpRequest({
      ...('agent' in over ? { agent: over.agent } : { createConnection: () => over.socket }),
      host: this.#origin.host,
      port: this.#origin.port,
      method,
      path,
      headers: {
        Host: this.#origin.hostHeader,
        'User-Agent': 'harpoon',
        ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
  }
}

/** Reads the body of an HTTP 200 whole, or says why it is not to be had. */
function readBody(
  response: IncomingMessage,
  maxBytes: number,
  done: (text: string) => void,
  fail: (error: Error) => void,
): void {
  if (response.statusCode !== 200) {
    fail(new Error(`HTTP ${response.statusCode ?? 'without status'}`));
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) fail(new Error(`an answer of more than ${maxBytes} bytes`));
    else chunks.push(chunk);
  });
  response.once('error', fail);
  response.once('end', () => {
    if (response.complete) done(Buffer.concat(chunks).toString('utf8'));
    else fail(new Error('the answer was cut off'));
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
