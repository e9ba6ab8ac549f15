/** Posts JSON over HTTP/1.1 once: no retry, no redirect, a bound on the whole. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Secret } from '../../core/secret.ts';

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of the body. */
  readonly body: string;
}

/** More of an answer is not of interest. */
const BODY_MAX = 4_096;

/**
 * Sends and waits for the whole answer. Rejects when there is none within the time; the error names
 * neither the address nor anything of it.
 */
export function postJson(url: Secret, body: object, timeoutMs: number): Promise<HttpAnswer> {
  const { protocol } = new URL(url.reveal());
  const text = JSON.stringify(body);
  const options = {
    method: 'POST',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      'User-Agent': 'harpoon',
    },
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new Error(troubleOf(error, timeoutMs)));
    const open = protocol === 'http:' ? httpRequest : httpsRequest;
    const request = open(url.reveal(), options, (response) => {
      let read = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (read.length < BODY_MAX) read += chunk;
      });
      response.on('error', fail);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: read.slice(0, BODY_MAX) });
      });
    });
    request.on('error', fail);
    request.end(text);
  });
}

/** What went wrong, without the message of the error, which can name the host or the path. */
function troubleOf(error: Error, timeoutMs: number): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return `no answer within ${timeoutMs} ms`;
  }
  const { code } = error as { code?: unknown };
  return `no connection or no whole answer (${typeof code === 'string' ? code : error.name})`;
}
