/** A client over node:http for the tests: one request, its own signing, the answer as it came. */
import * as crypto from 'node:crypto';
import * as http from 'node:http';

/** What came back, before anybody parsed it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Kraken's envelope. */
export interface Envelope {
  readonly error: string[];
  readonly result?: Record<string, unknown>;
}

export const KEY = 'test-key';
export const SECRET = Buffer.alloc(32, 7).toString('base64');
/** 2026-01-01T00:00:00Z */
export const START_MS = Date.UTC(2026, 0, 1);

/** A clock that tests move. */
export function testClock(startMs = START_MS): { nowMs(): number; advance(ms: number): void } {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** Sends one request; rejects when the connection breaks or stays silent for `timeoutMs`. */
export function send(
  url: string,
  request: {
    readonly verb?: string;
    readonly body?: string;
    readonly headers?: Record<string, string>;
    readonly timeoutMs?: number;
    readonly agent?: http.Agent;
  } = {},
): Promise<RawAnswer> {
  const { verb = 'GET', body = '', headers = {}, timeoutMs = 10_000, agent } = request;
  return new Promise((resolve, reject) => {
    const sent = http.request(
      url,
      { method: verb, headers, timeout: timeoutMs, ...(agent === undefined ? {} : { agent }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
        response.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('timed out')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The signature of a body, computed independently of the simulator. */
export function sign(secret: string, path: string, nonce: string, body: string): string {
  const hash = crypto
    .createHash('sha256')
    .update(nonce + body)
    .digest();
  return crypto
    .createHmac('sha512', Buffer.from(secret, 'base64'))
    .update(Buffer.concat([Buffer.from(path), hash]))
    .digest('base64');
}

let lastNonce = 1_700_000_000_000_000n;

/** A nonce above every one before. */
export function nextNonce(): string {
  lastNonce += 1n;
  return String(lastNonce);
}

/** Headers and body of a signed form call. */
export function signedCall(
  method: string,
  params: Record<string, string>,
  as: { readonly key?: string; readonly secret?: string; readonly nonce?: string } = {},
): { readonly verb: string; readonly body: string; readonly headers: Record<string, string> } {
  const { key = KEY, secret = SECRET, nonce = nextNonce() } = as;
  const body = new URLSearchParams({ nonce, ...params }).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'API-Key': key,
    'API-Sign': sign(secret, `/0/private/${method}`, nonce, body),
  };
  return { verb: 'POST', body, headers };
}

/** Calls a private endpoint and reads the envelope. */
export async function call(
  url: string,
  method: string,
  params: Record<string, string> = {},
  as: { readonly key?: string; readonly secret?: string; readonly nonce?: string } = {},
): Promise<Envelope> {
  const answer = await send(`${url}/0/private/${method}`, signedCall(method, params, as));
  return JSON.parse(answer.body) as Envelope;
}

/** Calls a public endpoint and reads the envelope. */
export async function ask(url: string, target: string): Promise<Envelope> {
  return JSON.parse((await send(`${url}/0/public/${target}`)).body) as Envelope;
}

/** The id of the order that an AddOrder answer names. */
export function txidOf(answer: Envelope): string {
  const [txid] = (answer.result?.['txid'] ?? []) as string[];
  if (txid === undefined) throw new Error(`no order was placed: ${answer.error.join(', ')}`);
  return txid;
}
