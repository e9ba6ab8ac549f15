/**
 * The local stand-in for API Gateway's HTTP API: turns an HTTP request into the event that a
 * Lambda function gets, payload format 2.0, and its result into an HTTP answer. Sources: AWS
 * guide "Working with AWS Lambda proxy integrations for HTTP APIs", and HTTP API quotas.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { listen } from './listen.ts';

/** API Gateway's limits: body, and the time a function has to answer. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const ANSWER_MS_MAX = 30_000;

/** A Lambda function behind the gateway. */
export type HttpFunction = (
  event: APIGatewayProxyEventV2,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** One route; `path` may hold `{name}` segments. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: HttpFunction;
}

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves routes on 127.0.0.1; port 0 takes any free one. */
export async function startGateway(options: {
  readonly port: number;
  readonly routes: readonly Route[];
}): Promise<Gateway> {
  const server = createServer((request, response) => {
    answer(request, response, options.routes).catch((error: unknown) => {
      // What API Gateway says when a function throws; the cause is for the log only.
      process.stderr.write(
        `${JSON.stringify({ level: 'error', event: 'gateway', error: String(error) })}\n`,
      );
      send(response, 500, '{"message":"Internal Server Error"}');
    });
  });
  const port = await listen(server, options.port);
  return { url: `http://127.0.0.1:${port}`, port, close: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://gateway.invalid');
  const found = match(request.method ?? 'GET', url.pathname, routes);
  if (found === undefined) return send(response, 404, '{"message":"Not Found"}');
  const body = await readBody(request);
  if (body === undefined) return send(response, 413, '{"message":"Request Entity Too Large"}');
  const event = eventOf(request, url, body, found);
  const result = await within(ANSWER_MS_MAX, found.route.handler(event));
  if (result === undefined) return send(response, 503, '{"message":"Service Unavailable"}');
  // API Gateway takes a missing status for 200; here a function that forgets it is a defect.
  if (result.statusCode === undefined) throw new Error('the function gave no status code');
  const text = result.isBase64Encoded
    ? Buffer.from(result.body ?? '', 'base64')
    : (result.body ?? '');
  send(response, result.statusCode, text, result.headers);
}

interface Match {
  readonly route: Route;
  readonly parameters: Record<string, string>;
}

function match(method: string, path: string, routes: readonly Route[]): Match | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    if (route.method !== method || wanted.length !== segments.length) continue;
    const parameters: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const segment = segments[index] ?? '';
      if (!part.startsWith('{')) return part === segment;
      parameters[part.slice(1, -1)] = decoded(segment);
      return segment !== '';
    });
    if (fits) return { route, parameters };
  }
  return undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped, so that the sender hears the answer.
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

function eventOf(
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  { route, parameters }: Match,
): APIGatewayProxyEventV2 {
  const nowMs = Date.now();
  const headers = Object.fromEntries(
    // Names in lower case; a header that came twice is joined, none is dropped.
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(',')]),
  );
  const text = isText(headers['content-type']);
  const routeKey = `${route.method} ${route.path}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    pathParameters: parameters,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: route.method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: 'local',
      time: new Date(nowMs).toUTCString(),
      timeEpoch: nowMs,
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** Content types whose body API Gateway passes as text; all others arrive in base64. */
function isText(contentType: string | undefined): boolean {
  return /^(text\/|application\/(json|javascript|xml))/i.test(contentType ?? '');
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: APIGatewayProxyStructuredResultV2['headers'] = {},
): void {
  const plain = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)]));
  response.writeHead(status, { 'content-type': 'application/json', ...plain });
  response.end(body);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
