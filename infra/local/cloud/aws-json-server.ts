/**
 * An HTTP server that speaks AWS's JSON protocols 1.0 and 1.1 on 127.0.0.1: POST /, the operation in
 * `X-Amz-Target`, errors as `__type` and `message`. Signatures are not checked, so it must never
 * listen on another address, and it answers only requests that name this machine as their host:
 * a web page whose name was rebound to 127.0.0.1 gets nothing.
 * Sources: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html and, for SQS's error
 * header, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html (awsQueryCompatible).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What every operation gets: the request's JSON object. */
export type Input = Record<string, unknown>;

/** What a handler may need to know of the request around its input. */
export interface Call {
  /** `http://127.0.0.1:PORT`, as the caller reached this server. */
  readonly origin: string;
  /** Aborted when the caller is gone or the server closes. */
  readonly gone: AbortSignal;
}

/** One emulated service. */
export interface Service {
  /** For messages on stderr. */
  readonly name: string;
  /** What stands before the dot in `X-Amz-Target`. */
  readonly target: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** Rejects with an AwsError for what the caller did wrong. */
  handle(operation: string, input: Input, call: Call): Promise<object>;
}

/** A running server. */
export interface Running {
  readonly url: string;
  /** Ends waiting calls, lets running ones finish, closes every connection. */
  close(): Promise<void>;
}

/** An error as AWS reports it. */
export class AwsError extends Error {
  readonly statusCode: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Code in SQS's old protocol, which its SDK turns into the error's name. */
  readonly queryCode: string | undefined;

  constructor(type: string, message: string, more: { fields?: object; queryCode?: string } = {}) {
    super(message);
    this.name = type;
    this.statusCode = 400;
    this.body = { __type: type, message, ...more.fields };
    this.queryCode = more.queryCode;
  }
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?$/;

/** Starts a service; port 0 or none lets the system choose. */
export async function serveAwsJson(service: Service, port = 0): Promise<Running> {
  const running = new Map<AbortController, Promise<void>>();
  const server = createServer((request, response) => {
    // One controller per call: AbortSignal.any over a long-lived signal leaks in Node 20.
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answered = answer(service, request, response, gone.signal);
    running.set(
      gone,
      answered.finally(() => running.delete(gone)),
    );
  });
  // The SDK keeps idle connections; a server that drops them first would race with a request.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new Error(`${service.name} cannot listen on 127.0.0.1:${port}: ${error.message}`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const gone of running.keys()) gone.abort();
      await Promise.all(running.values());
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const operation = operationOf(request, service.target);
  try {
    const input = await readInput(request);
    const origin = `http://${request.headers.host ?? ''}`;
    const output = await service.handle(operation, input, { origin, gone });
    await send(response, service, 200, output);
  } catch (error) {
    const known = asAwsError(error);
    if (known === undefined) {
      // A defect of ours or of the store under us. The input is not printed: it may be a secret.
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`local ${service.name}: ${operation} failed: ${why}\n`);
      await send(response, service, 500, { __type: 'InternalServerError', message: 'see the log' });
      return;
    }
    if (known.queryCode !== undefined) {
      response.setHeader('x-amzn-query-error', `${known.queryCode};Sender`);
    }
    await send(response, service, known.statusCode, known.body);
  }
}

function operationOf(request: IncomingMessage, target: string): string {
  const [service, operation, ...rest] = String(request.headers['x-amz-target']).split('.');
  return service === target && rest.length === 0 ? (operation ?? '') : '';
}

async function readInput(request: IncomingMessage): Promise<Input> {
  if (!LOCAL_HOST.test(request.headers.host ?? '')) {
    throw new AwsError('AccessDeniedException', 'this server answers to 127.0.0.1 only');
  }
  if (request.method !== 'POST' || request.headers.authorization === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new AwsError('RequestEntityTooLarge', 'Request too large');
    chunks.push(chunk);
  }
  try {
    const input: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // Falls through: the parser's message quotes the body.
  }
  throw new AwsError('SerializationException', 'the body must be a JSON object');
}

/** The store under DynamoDB throws errors of its own with the same two fields. */
function asAwsError(
  error: unknown,
): Pick<AwsError, 'statusCode' | 'body' | 'queryCode'> | undefined {
  if (error instanceof AwsError) return error;
  if (!(error instanceof Error && 'statusCode' in error && 'body' in error)) return undefined;
  const { statusCode, body } = error as Pick<AwsError, 'statusCode' | 'body'>;
  return typeof statusCode === 'number' ? { statusCode, body, queryCode: undefined } : undefined;
}

/** Resolves when the answer is on its way or nobody is left to get it. */
async function send(
  response: ServerResponse,
  service: Service,
  status: number,
  output: object,
): Promise<void> {
  if (response.destroyed) return;
  const body = Buffer.from(JSON.stringify(output));
  response.writeHead(status, {
    'content-type': service.contentType,
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
  });
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(body);
  });
}
