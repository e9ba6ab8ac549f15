/**
 * SES of the local stack: aws-ses-v2-local takes what the real client sends and reads the message as
 * a mail program would. It forgets at its end, so a door in front of it puts every message into the
 * mailbox before the sender is told that it was taken.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { listen } from '../listen.ts';
import type { Mailbox } from './mailbox.ts';

/** A CommonJS package: its default export is found in different places by different loaders. */
const { default: startEmulator } = createRequire(import.meta.url)('aws-ses-v2-local') as {
  readonly default: (config: { host: string; port: number }) => Promise<Server>;
};

/** What the emulator keeps of a message. */
interface StoredMail {
  readonly messageId: string;
  readonly from: string;
  readonly destination: { readonly to: readonly string[] };
  readonly subject: string;
  readonly body: { readonly html?: string; readonly text?: string };
}

/** A running stand-in. */
export interface MailStandIn {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on 127.0.0.1. */
export async function startMail(mailbox: Mailbox): Promise<MailStandIn> {
  const emulator = await quietly(() => startEmulator({ host: '127.0.0.1', port: 0 }));
  const behind = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
  const seen = new Set<string>();
  const door = createServer((request, response) => {
    forward(behind, request)
      .then(async (answer) => {
        if (answer.status === 200) await collect(behind, seen, mailbox);
        const type = answer.headers.get('content-type') ?? 'application/json';
        response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
      })
      .catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  const port = await listen(door, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await new Promise((resolve) => door.close(resolve));
      emulator.closeAllConnections();
      await new Promise((resolve) => emulator.close(resolve));
    },
  };
}

async function forward(behind: string, request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const names = ['content-type', 'authorization', 'x-amz-date', 'x-amz-content-sha256'];
  const headers = names.flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return fetch(`${behind}${request.url ?? '/'}`, {
    method: request.method ?? 'POST',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  });
}

async function collect(behind: string, seen: Set<string>, mailbox: Mailbox): Promise<void> {
  const store = (await (await fetch(`${behind}/store`)).json()) as { emails: StoredMail[] };
  for (const { messageId, from, destination, subject, body } of store.emails) {
    if (seen.has(messageId)) continue;
    seen.add(messageId);
    const { html = '', text = '' } = body;
    mailbox.add({ kind: 'mail', atMs: Date.now(), from, to: destination.to, subject, html, text });
  }
}

/** The emulator greets on the console; the local stack has its own words. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => undefined;
  try {
    return await work();
  } finally {
    console.log = log;
  }
}
