import { request } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import {
  AwsError,
  serveAwsJson,
  type Running,
  type Service,
} from '../../../../infra/local/cloud/aws-json-server.ts';
import { deferred } from './deferred.ts';

let server: Running | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  vi.restoreAllMocks();
});

async function serve(handle: Service['handle']): Promise<string> {
  const contentType = 'application/x-amz-json-1.1';
  server = await serveAwsJson({ name: 'Test', target: 'Test', contentType, handle });
  return server.url;
}

const HEADERS = { authorization: 'AWS4-HMAC-SHA256 any', 'x-amz-target': 'Test.Do' };

async function post(url: string, body: string, headers: Record<string, string> = HEADERS) {
  const response = await fetch(url, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as { __type?: string } };
}

test('an operation gets its input and the address at which it was called', async () => {
  const url = await serve(async (operation, input, { origin }) => ({ operation, input, origin }));
  expect(await post(url, '{"a":[1,"é"]}')).toEqual({
    status: 200,
    body: { operation: 'Do', input: { a: [1, 'é'] }, origin: url },
  });
});

test('an error of AWS is told with its fields', async () => {
  const url = await serve(async () => {
    throw new AwsError('some#Fault', 'no', { fields: { Item: { a: 1 } }, queryCode: 'Old.Fault' });
  });
  const response = await fetch(url, { method: 'POST', body: '{}', headers: HEADERS });
  expect(response.status).toBe(400);
  expect(response.headers.get('x-amzn-query-error')).toBe('Old.Fault;Sender');
  expect(await response.json()).toEqual({ __type: 'some#Fault', message: 'no', Item: { a: 1 } });
});

test('a defect is a 500 and a line on stderr, without the input', async () => {
  const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const url = await serve(async () => {
    throw new Error('broken');
  });
  const answer = await post(url, '{"SecretString":"hush"}');
  expect(answer).toMatchObject({ status: 500, body: { __type: 'InternalServerError' } });
  const printed = print.mock.calls.map(([text]) => String(text)).join('');
  expect(printed).toContain('local Test: Do failed: Error: broken');
  expect(printed).not.toContain('hush');
});

test.each([
  ['no signature', { 'x-amz-target': 'Test.Do' }, '{}', 'MissingAuthenticationTokenException'],
  ['a body that is not JSON', HEADERS, '{"a', 'SerializationException'],
  ['a body that is not an object', HEADERS, '[]', 'SerializationException'],
])('%s is refused', async (_, headers: Record<string, string>, body, type) => {
  const url = await serve(async () => ({}));
  expect(await post(url, body, headers)).toMatchObject({ status: 400, body: { __type: type } });
});

test('the operation of another service is no operation', async () => {
  const url = await serve(async (operation) => ({ operation }));
  const headers = { ...HEADERS, 'x-amz-target': 'Other.Do' };
  expect((await post(url, '{}', headers)).body).toEqual({ operation: '' });
});

test('a request that names another host is refused', async () => {
  const url = await serve(async () => ({}));
  const status = await new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers: { ...HEADERS, host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end('{}');
  });
  expect(status).toBe(400);
});

test('an operation learns that its caller left', async () => {
  const reached = deferred<AbortSignal>();
  const url = await serve(async (_operation, _input, { gone }) => {
    reached.resolve(gone);
    await new Promise((resolve) => gone.addEventListener('abort', resolve));
    return {};
  });
  const caller = new AbortController();
  const options = { method: 'POST', body: '{}', headers: HEADERS, signal: caller.signal };
  const call = fetch(url, options).catch(() => 'left');
  const gone = await reached.promise;
  expect(gone.aborted).toBe(false);
  caller.abort();
  expect(await call).toBe('left');
  await vi.waitUntil(() => gone.aborted);
});

test('closing lets a running operation finish and be answered', async () => {
  const reached = deferred<void>();
  const finish = deferred<object>();
  const url = await serve(() => {
    reached.resolve();
    return finish.promise;
  });
  const answer = post(url, '{}');
  await reached.promise;
  const closed = server?.close();
  finish.resolve({ done: true });
  expect(await answer).toEqual({ status: 200, body: { done: true } });
  await closed;
});

test('a port in use is named', async () => {
  const url = await serve(async () => ({}));
  const handle = async () => ({});
  const contentType = 'application/x-amz-json-1.1';
  const port = Number(new URL(url).port);
  const second = serveAwsJson({ name: 'Test', target: 'Test', contentType, handle }, port);
  await expect(second).rejects.toThrow(`Test cannot listen on 127.0.0.1:${port}`);
});
