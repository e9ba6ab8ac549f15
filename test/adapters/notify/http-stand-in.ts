/** A web server on this machine that answers as told and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A running server. */
export interface StandIn {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  readonly asked: Asked[];
  /** Sets what the next requests get. */
  answer(handle: (asked: Asked, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** Starts a server that answers 200 `ok` until told otherwise. */
export async function startStandIn(): Promise<StandIn> {
  const asked: Asked[] = [];
  const state: { handle: (asked: Asked, response: ServerResponse) => void } = {
    handle: (_asked, response) => void response.end('ok'),
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const each = { method, url, headers, body: Buffer.concat(chunks) };
      asked.push(each);
      state.handle(each, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    answer: (handle) => {
      state.handle = handle;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
