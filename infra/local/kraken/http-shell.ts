/**
 * From HTTP to the exchange and back: reads requests, applies faults, sends answers. Knows nothing
 * about trading.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { readForm, readParams } from './body.ts';
import { answerControl } from './control-routes.ts';
import type { KrakenControl } from './control.ts';
import type { ApiRequest } from './engine.ts';
import { isProcessed, type FaultList, type FaultRow } from './faults.ts';
import { send, sendAnswer, sendFault } from './http-answer.ts';

const MAX_BODY_BYTES = 64 * 1024;
const API_PATH = /^\/0\/(public|private)\/([A-Za-z]{1,40})$/;
/** A foreign web page that points its own name at this machine gets no controls. */
const LOCAL_HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** What serving a request needs. */
export interface Shell {
  readonly control: KrakenControl;
  readonly faults: FaultList;
  readonly clock: { nowMs(): number };
  readonly maxInFlight: number;
  readonly process: (request: ApiRequest, lateMs: number) => Answer;
  readonly later: (run: () => void, afterMs: number) => void;
  inFlight: number;
}

/** Serves one request: the API, or the controls. */
export async function serve(
  shell: Shell,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    return send(response, { status: 413, type: 'text/plain', body: 'the body is too long\n' });
  }
  const { path, query } = splitTarget(request.url ?? '/');
  const verb = request.method ?? 'GET';
  const contentType = request.headers['content-type'] ?? '';
  if (path === '/control' || path.startsWith('/control/')) {
    if (!LOCAL_HOST.test(request.headers.host ?? '')) {
      return send(response, { status: 403, type: 'text/plain', body: 'use 127.0.0.1\n' });
    }
    const asked = { verb, path, contentType, body: body.toString('utf8') };
    const { status, body: answer } = answerControl(shell.control, asked);
    return typeof answer === 'string'
      ? send(response, { status, type: 'text/plain; charset=utf-8', body: answer })
      : send(response, { status, type: 'application/json', body: JSON.stringify(answer) });
  }
  const match = API_PATH.exec(path);
  if (match === null) {
    return send(response, { status: 404, type: 'text/plain', body: 'not found\n' });
  }
  const visibility = match[1] === 'public' ? 'public' : 'private';
  const params = verb === 'GET' ? readForm(query) : readParams(body.toString('utf8'), contentType);
  if (params === undefined) return sendAnswer(response, { error: ['EAPI:Bad request'] });
  const header = (name: string): string => String(request.headers[name] ?? '');
  answerApi(shell, response, {
    visibility,
    method: match[2] ?? '',
    verb,
    path,
    body,
    params,
    apiKey: header('api-key'),
    apiSign: header('api-sign'),
  });
}

function answerApi(shell: Shell, response: ServerResponse, request: ApiRequest): void {
  shell.inFlight += 1;
  response.once('close', () => (shell.inFlight -= 1));
  if (shell.inFlight > shell.maxInFlight) {
    const untilS = Math.ceil(shell.clock.nowMs() / 1000) + 1;
    return sendAnswer(response, { error: [`EService: Throttled: ${untilS}`] });
  }
  const fault = shell.faults.take(request.method);
  if (fault === undefined) return sendAnswer(response, shell.process(request, 0));
  if (fault.kind !== 'slow-before') return answerFaulty(shell, response, request, fault);
  shell.later(() => answerFaulty(shell, response, request, fault), fault.delayMs);
}

function answerFaulty(
  shell: Shell,
  response: ServerResponse,
  request: ApiRequest,
  fault: FaultRow,
): void {
  const answer = isProcessed(fault) ? shell.process(request, fault.lateMs) : undefined;
  sendFault(response, fault, { answer, address: request.path, later: shell.later });
}

/** The whole body, or undefined when it is longer than any real request. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= MAX_BODY_BYTES) parts.push(part);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(parts);
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}
