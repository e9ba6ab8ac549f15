import { S3Client } from '@aws-sdk/client-s3';
import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureLinks } from '../../../functions/adapters/notify/picture-link.ts';
import { fakeIds } from '../../fakes/ids.ts';
import { fakeLog } from '../../fakes/log.ts';
import { startStandIn, type StandIn } from './http-stand-in.ts';
import { PNG } from './notify-fixture.ts';

const ACCESS = { accessKeyId: 'ASIALOCAL', secretAccessKey: 'hidden', sessionToken: 'session' };
let bucket: StandIn;

beforeAll(async () => {
  const kept = new Map<string, Buffer>();
  bucket = await startStandIn();
  bucket.answer(({ method, url, body }, response) => {
    const [path = ''] = url.split('?');
    if (method === 'PUT') {
      kept.set(path, body);
      response.end();
      return;
    }
    const found = isSigned(url) ? kept.get(path) : undefined;
    response.writeHead(found === undefined ? 403 : 200).end(found);
  });
});
afterAll(() => bucket.close());

/**
 * Whether a GET is presigned with the key of this test, computed anew from AWS's description:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function isSigned(target: string): boolean {
  const { pathname, searchParams, host } = new URL(target, bucket.origin);
  const signature = searchParams.get('X-Amz-Signature');
  const escape = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const query = [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .sort()
    .join('&');
  const request = ['GET', pathname, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'];
  const date = searchParams.get('X-Amz-Date') ?? '';
  const scope = `${date.slice(0, 8)}/eu-central-1/s3/aws4_request`;
  const hash = createHash('sha256').update(request.join('\n')).digest('hex');
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from(`AWS4${ACCESS.secretAccessKey}`),
    );
  const text = ['AWS4-HMAC-SHA256', date, scope, hash].join('\n');
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

function links() {
  const client = new S3Client({
    ...{ region: 'eu-central-1', endpoint: bucket.origin, forcePathStyle: true, maxAttempts: 1 },
    credentials: ACCESS,
  });
  const log = fakeLog();
  return { log, ...pictureLinks({ client, bucket: 'pictures-1', ids: fakeIds(), log }) };
}

describe('a link to a picture', () => {
  it('gives the picture to whoever has it, and to nobody else', async () => {
    const link = (await links().linkTo(PNG)) ?? 'no link';
    const answer = await fetch(link);
    expect(answer.status).toBe(200);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PNG);
    expect((await fetch(link.split('?')[0] ?? '')).status).toBe(403);
    expect((await fetch(link.replace(/Expires=\d+/, 'Expires=604801'))).status).toBe(403);
  });

  it('asks for seven days, names an unguessable key, and holds no secret', async () => {
    const link = new URL((await links().linkTo(PNG)) ?? '');
    expect(link.pathname).toMatch(/^\/pictures-1\/pictures\/[0-9a-f-]{36}\.png$/);
    expect(link.searchParams.get('X-Amz-Expires')).toBe('604800');
    expect(link.href).not.toContain('hidden');
    const put = bucket.asked.findLast(({ method }) => method === 'PUT');
    expect(put?.headers['content-type']).toBe('image/png');
  });

  it('is left out when the picture cannot be stored', async () => {
    const all = links();
    bucket.answer((_asked, response) => void response.writeHead(403).end());
    expect(await all.linkTo(PNG)).toBeUndefined();
    expect(all.log.lines.join()).toContain('picture-not-stored');
  });
});
