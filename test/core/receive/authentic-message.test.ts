/** Who vouches for a message, what is asked of whom, and in which order. */
import { describe, expect, it } from 'vitest';
import {
  authenticMessage,
  unauthenticated,
} from '../../../functions/core/receive/authentic-message.ts';
import type {
  AdmittedSource,
  Evidence,
  FailedCheck,
  Proof,
  SignalRequest,
} from '../../../functions/core/receive/signal-request.ts';
import { err, ok, type Result } from '../../../functions/core/result.ts';
import { fakeLog } from '../../fakes/log.ts';
import { TREND } from '../order-fixture.ts';

const NOW_MS = 1_000_000;
const HALT = '{"action":"halt"}';
const BUY = '{"action":"buy"}';

/** What was asked of the ways of proving, and what came of a body of this text. */
function authenticated(
  text: string,
  {
    proofIn = 'message',
    proof = ok({ secretIndex: 1 }),
    halt,
  }: {
    readonly proofIn?: AdmittedSource['proofIn'];
    readonly proof?: Result<Proof, FailedCheck>;
    readonly halt?: Result<number, FailedCheck>;
  } = {},
) {
  const log = fakeLog();
  const asked: Evidence[] = [];
  let askedForHalt = 0;
  const admitted: AdmittedSource = {
    ...{ name: 'trend', source: TREND, proofIn },
    prove(evidence, nowMs) {
      expect(nowMs).toBe(NOW_MS);
      asked.push(evidence);
      return proof;
    },
    ...(halt === undefined
      ? {}
      : {
          proveHalt(_root: unknown, nowMs: number) {
            expect(nowMs).toBe(NOW_MS);
            askedForHalt += 1;
            return halt;
          },
        }),
  };
  const request: SignalRequest = {
    ...{ method: 'POST', hook: undefined, address: '127.0.0.1', headers: new Map() },
    ...{ contentType: 'application/json', contentEncoding: '' },
    body: new TextEncoder().encode(text),
  };
  const result = authenticMessage(request, admitted, NOW_MS, log);
  return { result, asked, askedForHalt, log };
}

const WRONG = err('no-secret-matches' as const);

describe('a message with its proof in it', () => {
  it('is read first, and its reader is told which secret vouched', () => {
    const { result, asked, log } = authenticated(BUY);
    expect(result).toMatchObject({ ok: true, value: { hasHaltSecret: false } });
    expect(asked.map(({ root }) => root?.kind)).toEqual(['object']);
    const said = { source: 'trend', credential: 1 };
    expect(log.of('message-authenticated')).toMatchObject([said]);
    if (result.ok) expect(result.value).not.toHaveProperty('signed');
  });

  it('that cannot be read is refused for that, and nobody is asked', () => {
    const { result, asked } = authenticated('{');
    expect(result).toMatchObject({ ok: false, error: { code: 'unreadable-body' } });
    expect(asked).toEqual([]);
  });

  it('gets one answer for every check that fails', () => {
    const { result } = authenticated(BUY, { proof: WRONG });
    expect(result).toEqual({ ok: false, error: unauthenticated('no-secret-matches') });
  });
});

describe('a message with a signature', () => {
  it('is not read before its signature is right', () => {
    const { result, asked } = authenticated('{', { proofIn: 'request', proof: WRONG });
    expect(result).toEqual({ ok: false, error: unauthenticated('no-secret-matches') });
    expect(asked.map(({ root }) => root)).toEqual([undefined]);
  });

  it('is asked for once, and hands on what was signed', () => {
    const signed = { id: 'msg', atMs: 7 };
    const { result, asked } = authenticated(BUY, {
      ...{ proofIn: 'request', proof: ok({ secretIndex: 0, signed }) },
    });
    expect(asked).toHaveLength(1);
    expect(result).toMatchObject({ ok: true, value: { signed, hasHaltSecret: false } });
  });
});

describe('a halt secret', () => {
  it('vouches for a halt where the ordinary proof fails, and says which it was', () => {
    const { result, log } = authenticated(HALT, { proof: WRONG, halt: ok(2) });
    expect(result).toMatchObject({ ok: true, value: { hasHaltSecret: true } });
    expect(log.of('halt-authenticated')).toMatchObject([{ source: 'trend', credential: 2 }]);
    expect(log.of('message-authenticated')).toEqual([]);
  });

  it('is not looked for where the ordinary proof is right', () => {
    const { result, askedForHalt } = authenticated(HALT, { halt: ok(2) });
    expect(result).toMatchObject({ ok: true, value: { hasHaltSecret: false } });
    expect(askedForHalt).toBe(0);
  });

  it.each<[string, string, Parameters<typeof authenticated>[1]]>([
    ['of a source without one', HALT, { proof: WRONG }],
    ['for another message than a halt', BUY, { proof: WRONG, halt: ok(2) }],
    ['that is wrong', HALT, { proof: WRONG, halt: WRONG }],
    ['under a wrong signature, unreadable', '{', { proofIn: 'request', proof: WRONG, halt: ok(2) }],
  ])('%s: refused as everything that is not authenticated', (_, text, how) => {
    const { result, log } = authenticated(text, how);
    expect(result).toEqual({ ok: false, error: unauthenticated('no-secret-matches') });
    expect(log.lines).toEqual([]);
  });

  it('is asked for no message that cannot be read', () => {
    const { result, askedForHalt } = authenticated('[]', { halt: ok(2) });
    expect(result).toMatchObject({ ok: false, error: { code: 'unreadable-body' } });
    expect(askedForHalt).toBe(0);
  });
});
