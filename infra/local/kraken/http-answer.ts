/** Sends answers over HTTP: good ones, and the broken ones that faults ask for. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { FaultRow } from './faults.ts';

const CUT_ANSWER = '{"error":[],"result":{"descr":{"ord';

/** What gateways send instead of an answer. */
function page(status: number): string {
  return `<!DOCTYPE html>\n<html><head><title>api.kraken.com | ${status}</title></head>\n<body><h1>Error ${status}</h1></body></html>\n`;
}

/** Sends a body with its length. */
export function send(
  response: ServerResponse,
  answer: { readonly status: number; readonly type: string; readonly body: string },
): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
  });
  response.end(answer.body);
}

/** Sends Kraken's envelope: HTTP 200 also for errors. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  send(response, {
    status: 200,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(answer),
  });
}

/**
 * Breaks an answer as the fault says. `answer` is what the exchange said, if it processed the call;
 * `later` runs something after a time, unless the exchange closes first.
 */
export function sendFault(
  response: ServerResponse,
  fault: FaultRow,
  with_: {
    readonly answer: Answer | undefined;
    readonly address: string;
    readonly later: (run: () => void, afterMs: number) => void;
  },
): void {
  const html = (status: number): void =>
    send(response, { status, type: 'text/html; charset=UTF-8', body: page(status) });
  const { answer } = with_;
  switch (fault.kind) {
    case 'timeout-before':
    case 'timeout-after':
      return with_.later(() => response.socket?.destroy(), fault.holdMs);
    case 'reset-before':
    case 'reset-after':
      response.socket?.resetAndDestroy();
      return;
    case 'html-502-before':
    case 'html-502-after':
      return html(fault.status);
    case 'html-200':
      return html(200);
    case 'cut-json-before':
      return send(response, { status: 200, type: 'application/json', body: CUT_ANSWER });
    case 'cut-json-after': {
      const whole = JSON.stringify(answer);
      const body = whole.slice(0, Math.floor(whole.length / 2));
      return send(response, { status: 200, type: 'application/json', body });
    }
    case 'redirect-307':
      response.writeHead(307, { location: with_.address, 'content-length': 0 });
      response.end();
      return;
    case 'misdirected-421':
      response.writeHead(421, { 'content-length': 0 });
      response.end();
      return;
    case 'error':
      return sendAnswer(response, { error: [fault.error] });
    case 'slow':
      return with_.later(() => answer && sendAnswer(response, answer), fault.delayMs);
    case 'slow-before':
      return answer && sendAnswer(response, answer);
  }
}
