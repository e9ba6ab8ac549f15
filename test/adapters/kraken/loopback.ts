/**
 * A server on this machine that shows exactly what a client does to it: raw sockets, so that it can
 * reset, cut and stall where a real HTTP server would not, and an exact count of requests received.
 */
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

const file = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');

/** The certificate of the TLS servers, which signs itself; valid for 127.0.0.1 for a century. */
export const CERTIFICATE = file('cert.pem');

/** One whole request as it arrived. */
export interface Received {
  readonly head: string;
  readonly body: string;
}

/** A running server. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** Whole requests, in order of arrival. */
  readonly requests: readonly Received[];
  /** Connections that were accepted, TLS handshake not included. */
  connections(): number;
  close(): Promise<void>;
}

/** What a server does. */
export interface Script {
  readonly tls?: boolean;
  /** Called for every whole request. `reset` ends the connection by RST. */
  readonly onRequest?: (socket: Socket, reset: () => void) => void;
  /** Called for every connection, before TLS. */
  readonly onConnection?: (socket: Socket) => void;
}

/** Starts a server on a port that the system chooses. */
export async function loopback({
  tls = false,
  onRequest,
  onConnection,
}: Script): Promise<Loopback> {
  const requests: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  /** A TLS socket cannot be reset; the connection that carries it can. */
  const tcpUnder = (socket: Socket) =>
    [...sockets].find((tcp) => tcp.remotePort === socket.remotePort);
  const serve = (socket: Socket) => {
    socket.on('error', () => undefined);
    let bytes = '';
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      for (;;) {
        const request = wholeRequest(bytes);
        if (request === undefined) return;
        bytes = bytes.slice(request.head.length + request.body.length);
        requests.push(request);
        onRequest?.(socket, () => tcpUnder(socket)?.resetAndDestroy());
      }
    });
  };
  const server = tls
    ? createTlsServer({ cert: CERTIFICATE, key: file('key.pem') }, serve)
    : createTcpServer(serve);
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection?.(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function wholeRequest(bytes: string): Received | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.slice(0, end + 4);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const body = bytes.slice(end + 4, end + 4 + length);
  return body.length === length ? { head, body } : undefined;
}

/** An HTTP answer with a body and its length. */
export function http(status: string, body: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

/** Kraken's answer to a request that it carried out. */
export function krakenSays(result: unknown): string {
  return http(
    '200 OK',
    JSON.stringify({ error: [], result }),
    'Content-Type: application/json\r\n',
  );
}
