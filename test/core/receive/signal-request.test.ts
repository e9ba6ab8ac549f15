import { describe, expect, it } from 'vitest';
import {
  BODY_BYTES_MAX,
  bodyText,
  refusalAtDoor,
  type SignalRequest,
} from '../../../functions/core/receive/signal-request.ts';

const GOOD: SignalRequest = {
  method: 'POST',
  hook: { source: 'trend', token: 'token' },
  contentType: 'application/json',
  contentEncoding: '',
  headers: new Map(),
  address: '192.0.2.1',
  body: new Uint8Array(0),
};

describe('a request at the door', () => {
  it.each<[string, Partial<SignalRequest>, string]>([
    ['another path', { hook: undefined }, 'not-found'],
    ['another path by another method', { hook: undefined, method: 'GET' }, 'not-found'],
    ['another method', { method: 'GET' }, 'method-not-allowed'],
    ['no content type', { contentType: '' }, 'unsupported-media'],
    ['a form', { contentType: 'application/x-www-form-urlencoded' }, 'unsupported-media'],
    ['a compressed body', { contentEncoding: 'gzip' }, 'unsupported-media'],
    ['a body that is too large', { body: 'too-large' }, 'too-large'],
  ])('with %s is turned away', (_name, changes, code) => {
    expect(refusalAtDoor({ ...GOOD, ...changes })?.code).toBe(code);
  });

  it('says how large a body may be', () => {
    const sentence = refusalAtDoor({ ...GOOD, body: 'too-large' })?.sentence;
    expect(sentence).toContain(String(BODY_BYTES_MAX));
  });

  it.each<Partial<SignalRequest>>([
    {},
    { contentType: 'text/plain' },
    { contentType: ' Application/JSON ; Charset="UTF-8"' },
    { contentType: 'text/plain; charset = utf8 ' },
    { contentType: 'text/plain; boundary=x' },
    { contentType: 'application/json;' },
    { contentEncoding: ' Identity ' },
    { body: 'undecodable' },
  ])('with %j may be looked at', (changes) => {
    expect(refusalAtDoor({ ...GOOD, ...changes })).toBeUndefined();
  });

  it.each([
    'application/json; charset=latin1',
    'application/json; charset',
    'application/json; charset=xutf-8',
    'application/json; charset=utf-8x',
    'application/json; x=y; charset=utf-16',
    'application/jsonp',
  ])('of type %s is turned away', (contentType) => {
    expect(refusalAtDoor({ ...GOOD, contentType })?.code).toBe('unsupported-media');
  });
});

describe('the body of a request', () => {
  it('is its text, with every character', () => {
    const text = '\ufeff{"a":"\u00e4\u{1f40b}"}';
    expect(bodyText(new TextEncoder().encode(text))).toEqual({ ok: true, value: text });
  });

  it.each<[string, SignalRequest['body']]>([
    ['is not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['ends inside a character', new Uint8Array([0xc3])],
    ['could not be decoded', 'undecodable'],
    ['is too large', 'too-large'],
  ])('that %s is refused', (_name, body) => {
    expect(bodyText(body)).toMatchObject({ ok: false, error: { code: 'unreadable-body' } });
  });
});
