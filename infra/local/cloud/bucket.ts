/**
 * S3 of the local stack, as much as pictures need: objects are put by the SDK, and fetched by
 * presigned links only, which must carry the signature that the SDK itself would make.
 */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { listen } from '../listen.ts';
import { localClient } from './local-account.ts';

/** Name of the bucket of pictures. */
export const PICTURES = 'harpoon-pictures';

const KEY = /^pictures\/[0-9a-f-]{36}\.png$/;
const OBJECT_BYTES_MAX = 5 * 1024 * 1024;

/** A running bucket. */
export interface RunningBucket {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on 127.0.0.1; objects lie in the directory. */
export async function startBucket(directory: string): Promise<RunningBucket> {
  mkdirSync(join(directory, 'pictures'), { recursive: true });
  let url = '';
  const server = createServer((request, response) => {
    answer(request, response, { directory, endpoint: url }).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  url = `http://127.0.0.1:${await listen(server, 0)}`;
  return { url, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { directory, endpoint }: { readonly directory: string; readonly endpoint: string },
): Promise<void> {
  const asked = new URL(request.url ?? '/', endpoint);
  const key = decodeURIComponent(asked.pathname).replace(`/${PICTURES}/`, '');
  if (!KEY.test(key)) return void response.writeHead(404).end('NoSuchKey');
  if (request.method === 'PUT') {
    const body = await bodyOf(request);
    if (body === undefined) return void response.writeHead(400).end('EntityTooLarge');
    writeFileSync(join(directory, key), body);
    return void response.writeHead(200, { etag: '"local"' }).end();
  }
  if (request.method !== 'GET' || !(await isSigned(asked, key, endpoint))) {
    return void response.writeHead(403).end('AccessDenied');
  }
  response.writeHead(200, { 'content-type': 'image/png' }).end(readFileSync(join(directory, key)));
}

/** Whether the link is the one that the SDK makes for this object and moment, and still holds. */
async function isSigned(asked: URL, key: string, endpoint: string): Promise<boolean> {
  const date = asked.searchParams.get('X-Amz-Date') ?? '';
  const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(date) ?? [];
  if (day === undefined || time === undefined) return false;
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`;
  const signingDate = new Date(iso);
  const expiresIn = Number(asked.searchParams.get('X-Amz-Expires'));
  if (!(Date.now() <= signingDate.getTime() + expiresIn * 1_000)) return false;
  const client = new S3Client({ ...localClient(endpoint), forcePathStyle: true });
  const command = new GetObjectCommand({ Bucket: PICTURES, Key: key });
  const right = new URL(await getSignedUrl(client, command, { expiresIn, signingDate }));
  client.destroy();
  const signature = asked.searchParams.get('X-Amz-Signature');
  return signature !== null && signature === right.searchParams.get('X-Amz-Signature');
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > OBJECT_BYTES_MAX) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
