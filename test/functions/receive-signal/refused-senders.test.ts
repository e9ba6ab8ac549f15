/** What a sender hears that is not known, and what the log says of it. */
import { describe, expect, it } from 'vitest';
import { BODY_SECRET, harness, TOKEN, type Post } from './harness.ts';

const CASES: readonly (readonly [string, Post, string])[] = [
  ['an address without a token', { token: 'x' }, 'token-form'],
  ['a source that is not there', { source: 'made-up-by-nobody' }, 'unknown-source'],
  ['another token', { token: TOKEN.toUpperCase() }, 'wrong-token'],
  ['another address', { sourceIp: '203.0.113.9' }, 'wrong-address'],
  ['no secret', { fields: { secret: null } }, 'field-missing'],
  ['another secret', { fields: { secret: BODY_SECRET.toUpperCase() } }, 'no-secret-matches'],
  ['no signature', { source: 'custom' }, 'header-missing'],
];

describe('a sender that is not known', () => {
  it.each(CASES)('%s hears what all others hear, and the log says why', async (_, post, check) => {
    const { post: send, log, store } = harness();
    const { status, text } = await send(post);
    expect({ status, text }).toEqual({
      status: 401,
      text: '{"code":"unauthenticated","message":"not authenticated."}',
    });
    const lines = log.lines.filter((line) => line.includes('request-refused'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ code: 'unauthenticated', check });
    // Nothing that a stranger wrote gets into the log.
    expect(log.lines.join('')).not.toContain('made-up-by-nobody');
    expect(store.rows()).toEqual([]);
    expect(store.notices()).toEqual([]);
  });
});
