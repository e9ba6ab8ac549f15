/**
 * Slack's side of incoming webhooks: takes messages as Slack does, or answers what it was told to.
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as v from 'valibot';
import { listen } from '../listen.ts';
import type { Mailbox } from './mailbox.ts';

/** What happens to the next messages instead of `ok`. */
export type SlackTrouble = { readonly times: number } & (
  | { readonly status: number; readonly body: string; readonly retryAfterS?: number }
  /** Never answered: the message is lost before Slack took it, or taken and its answer lost. */
  | { readonly hold: 'lost' | 'taken' }
);

/** A running stand-in. */
export interface SlackStandIn {
  readonly url: string;
  /** Makes the next messages fail. Throws TypeError on what is no trouble. */
  trouble(trouble: unknown): void;
  /** Messages that troubles have met since the start. */
  readonly troubled: number;
  close(): Promise<void>;
}

const BLOCKS_MAX = 50;
const HEADER_CHARACTERS_MAX = 150;

/** Starts it on 127.0.0.1. */
export async function startSlack(mailbox: Mailbox): Promise<SlackStandIn> {
  let trouble: SlackTrouble | undefined;
  let troubled = 0;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (trouble !== undefined && trouble.times > 0) {
        const now = trouble;
        trouble = { ...trouble, times: trouble.times - 1 };
        troubled += 1;
        if ('hold' in now) {
          if (now.hold === 'taken') {
            mailbox.add({ kind: 'slack', atMs: Date.now(), payload: payloadOf(body) });
          }
          return undefined;
        }
        const { status, body: text, retryAfterS } = now;
        const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
        return say(response, status, text, headers);
      }
      const payload = payloadOf(body);
      const fault = request.method === 'POST' ? faultOf(payload) : 'invalid_payload';
      if (fault !== undefined) return say(response, 400, fault);
      mailbox.add({ kind: 'slack', atMs: Date.now(), payload });
      return say(response, 200, 'ok');
    });
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    trouble: (next) => {
      trouble = readTrouble(next);
    },
    get troubled() {
      return troubled;
    },
    close: async () => {
      // What is held open would be waited for.
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const times = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1);
const TROUBLE = v.union([
  v.strictObject({ times, hold: v.picklist(['lost', 'taken']) }),
  v.strictObject({
    ...{ times, status: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)) },
    ...{ body: v.optional(v.string(), ''), retryAfterS: v.exactOptional(v.number()) },
  }),
]);

function readTrouble(wanted: unknown): SlackTrouble {
  const read = v.safeParse(TROUBLE, wanted);
  if (read.success) return read.output;
  throw new TypeError(
    'write {"status":429,"body":"rate_limited","retryAfterS":30,"times":1} or {"hold":"lost"} or {"hold":"taken"}',
  );
}

function payloadOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Slack's word for a message that it does not take. */
function faultOf(payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null) return 'invalid_payload';
  const { text, blocks } = payload as { text?: unknown; blocks?: unknown };
  if (typeof text !== 'string' && !Array.isArray(blocks)) return 'no_text';
  if (!Array.isArray(blocks)) return undefined;
  const headers = (blocks as { type?: unknown; text?: { text?: unknown } }[])
    .filter(({ type }) => type === 'header')
    .map((block) => block.text?.text);
  const isTooLong = headers.some(
    (header) => typeof header !== 'string' || header.length > HEADER_CHARACTERS_MAX,
  );
  return blocks.length > BLOCKS_MAX || isTooLong ? 'invalid_blocks' : undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);
}
