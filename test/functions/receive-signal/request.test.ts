import { describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX } from '../../../functions/core/receive/signal-request.ts';
import { signalRequest } from '../../../functions/receive-signal/request.ts';
import { harness, hookEvent, type Post } from './harness.ts';

const WANTED = new Set(['webhook-id', 'x-signature', 'constructor']);
const read = (request: Post) => signalRequest(hookEvent(request, 0), WANTED);

describe('the request of an HTTP API event', () => {
  it('takes the address from the connection and the rest from where it is', () => {
    const request = read({
      headers: { 'webhook-id': 'a', 'x-forwarded-for': '1.2.3.4', authorization: 'b' },
      sourceIp: '203.0.113.7',
      body: '{}',
    });
    expect(request).toMatchObject({
      method: 'POST',
      hook: { source: 'btc-trend' },
      contentType: 'application/json; charset=utf-8',
      contentEncoding: '',
      address: '203.0.113.7',
    });
    expect(request.body).toEqual(Buffer.from('{}'));
    // Of the headers only what a configured source needs, and nothing that an object inherits.
    expect([...request.headers]).toEqual([['webhook-id', 'a']]);
  });

  it.each([
    ['/hook/a/b', { source: 'a', token: 'b' }],
    ['/prod/hook/a/b', { source: 'a', token: 'b' }],
    ['/hook/a/b/', undefined],
    ['/hook/a%2Fb/c', undefined],
    ['/hook//b', undefined],
    ['', undefined],
  ])('reads the path %s', (path, hook) => {
    expect(read({ path }).hook).toEqual(hook);
  });

  it('keeps the raw bytes under Base64, and accepts exactly the largest body', () => {
    const bytes = Buffer.alloc(BODY_BYTES_MAX, 0xff);
    const isBase64Encoded = true;
    expect(read({ body: bytes.toString('base64'), isBase64Encoded }).body).toEqual(bytes);
    const larger = Buffer.alloc(BODY_BYTES_MAX + 1);
    expect(read({ body: larger.toString('base64'), isBase64Encoded }).body).toBe('too-large');
  });

  it('counts bytes, not characters', () => {
    expect(read({ body: '\u20ac'.repeat(BODY_BYTES_MAX / 2) }).body).toBe('too-large');
  });
});

describe('every answer', () => {
  it.each([{}, { token: 'x' }, { body: 'BUY' }, { method: 'GET' }])(
    'to %j has a status, a JSON body and no place in a cache',
    async (request) => {
      const { serve, clock } = harness();
      const answer = await serve(hookEvent(request, clock.nowMs()));
      expect(answer.headers).toEqual({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      });
      expect(answer.statusCode).toBeGreaterThanOrEqual(200);
      expect(JSON.parse(answer.body)).toHaveProperty('message');
    },
  );

  it('to an event that is none is 503, without details', async () => {
    const { serve } = harness();
    const answer = await serve({} as Parameters<typeof serve>[0]);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toBe('{"code":"unavailable","message":"not received; send it again."}');
  });
});
