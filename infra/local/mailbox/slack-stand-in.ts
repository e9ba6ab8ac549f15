/**
 * Slack's side of incoming webhooks: takes messages as Slack does, or answers what it was told to.
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { Mailbox } from './mailbox.ts';

/** What the next messages are answered instead of `ok`. */
export interface SlackTrouble {
  readonly status: number;
  readonly body: string;
  readonly retryAfterS?: number;
  readonly times: number;
}

/** A running stand-in. */
export interface SlackStandIn {
  readonly url: string;
  /** Makes the next messages fail. */
  trouble(trouble: SlackTrouble): void;
  close(): Promise<void>;
}

const BLOCKS_MAX = 50;
const HEADER_CHARACTERS_MAX = 150;

/** Starts it on 127.0.0.1. */
export async function startSlack(mailbox: Mailbox): Promise<SlackStandIn> {
  let trouble: SlackTrouble | undefined;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (trouble !== undefined && trouble.times > 0) {
        const { status, body: text, retryAfterS } = trouble;
        trouble = { ...trouble, times: trouble.times - 1 };
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
      trouble = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
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
