import { describe, expect, it } from 'vitest';
import { sameText } from '../../../functions/adapters/webhook/same-text.ts';
import { proofHeaders } from '../../../functions/adapters/webhook/schemes.ts';
import { sourceGuard } from '../../../functions/adapters/webhook/source-guard.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { credentials, harness, SENDER, TOKEN } from '../../functions/receive-signal/harness.ts';
import { admittedWith, AUTHS, proofOf } from './proofs.ts';

const { config } = harness();
const right = { source: 'btc-trend', token: TOKEN, address: SENDER };

describe('the guard of sources', () => {
  it('admits token and address of the source, and nothing else', async () => {
    const guard = sourceGuard(config, { of: async (name) => credentials(name) });
    const check = async (changes: Partial<typeof right>) => {
      const admitted = await guard.admit({ ...right, ...changes });
      return admitted.ok ? admitted.value.name : admitted.error;
    };
    expect(await check({})).toBe('btc-trend');
    expect(await check({ source: 'constructor' })).toBe('unknown-source');
    expect(await check({ source: '' })).toBe('unknown-source');
    expect(await check({ token: TOKEN.toUpperCase() })).toBe('wrong-token');
    expect(await check({ token: `${TOKEN}=` })).toBe('token-form');
    expect(await check({ token: '\u0000' })).toBe('token-form');
    expect(await check({ address: `${SENDER}, 1.2.3.4` })).toBe('wrong-address');
    expect(await check({ address: `::ffff:1.2.3.4` })).toBe('wrong-address');
  });

  it('throws when the secrets cannot be read: an unknown answer is no refusal', async () => {
    const guard = sourceGuard(config, { of: () => Promise.reject(new Error('away')) });
    await expect(guard.admit(right)).rejects.toThrow('away');
  });

  it('matches no empty, missing or expired secret, even one that is configured so', async () => {
    const secrets = [
      { value: new Secret('') },
      { value: new Secret('late'), notAfterMs: 10 },
      { value: new Secret('early'), notBeforeMs: 30 },
      { value: new Secret('broken'), notBeforeMs: Number.NaN },
    ];
    const admitted = await admittedWith('tradingview', secrets);
    const prove = (secret: string, nowMs: number) =>
      admitted.prove(proofOf('tradingview', { secret }), nowMs);
    expect(prove('', 20)).toEqual({ ok: false, error: 'field-missing' });
    expect(prove('other', 20)).toEqual({ ok: false, error: 'no-secret-matches' });
    for (const secret of ['late', 'early', 'broken']) {
      expect(prove(secret, 20)).toEqual({ ok: false, error: 'secret-out-of-time' });
    }
    expect(prove('late', 10)).toMatchObject({ value: { secretIndex: 1 } });
    expect(prove('early', 30)).toMatchObject({ value: { secretIndex: 2 } });
  });

  it('proves a halt by the halt secrets alone, each in its time', async () => {
    const halt = [
      { value: new Secret('') },
      { value: new Secret('old'), notAfterMs: 10 },
      { value: new Secret('new'), notBeforeMs: 10 },
    ];
    const guardWith = (more: object) =>
      sourceGuard(config, { of: async (name) => ({ ...credentials(name), ...more }) });
    const admitted = await guardWith({ halt }).admit(right);
    if (!admitted.ok) throw new Error(admitted.error);
    const prove = (secret: unknown, nowMs: number) => {
      const json = readJson(JSON.stringify({ action: 'halt', secret }));
      if (!json.ok || json.value.kind !== 'object') throw new Error('readable');
      return admitted.value.proveHalt?.(json.value, nowMs);
    };
    expect(prove('old', 10)).toEqual({ ok: true, value: 1 });
    expect(prove('old', 11)).toEqual({ ok: false, error: 'secret-out-of-time' });
    expect(prove('new', 10)).toEqual({ ok: true, value: 2 });
    expect(prove('new', 9)).toEqual({ ok: false, error: 'secret-out-of-time' });
    expect(prove('other', 10)).toEqual({ ok: false, error: 'no-secret-matches' });
    for (const none of ['', null, 7]) {
      expect(prove(none, 10)).toEqual({ ok: false, error: 'field-missing' });
    }
    const without = await guardWith({ halt: undefined }).admit(right);
    expect(without.ok && 'proveHalt' in without.value).toBe(false);
  });

  it('lets no empty secret sign, though everybody could', async () => {
    for (const auth of [AUTHS['stripe'], AUTHS['github']] as const) {
      if (auth === undefined) throw new Error('there are sources that sign');
      const admitted = await admittedWith(auth, [{ value: new Secret('') }]);
      const proof = admitted.prove(proofOf(auth, { secret: '' }), 1_795_348_800_000);
      expect(proof).toEqual({ ok: false, error: 'no-secret-matches' });
    }
  });

  it('asks of a request for the headers that its sources need, and for no others', () => {
    const sourcesOf = (auths: readonly string[]) =>
      Object.fromEntries(
        auths.flatMap((name) => {
          const [source, auth] = [config.sources['btc-trend'], AUTHS[name]];
          return source === undefined || auth === undefined ? [] : [[name, { ...source, auth }]];
        }),
      );
    const needed = (...auths: string[]) => [
      ...proofHeaders({ ...config, sources: sourcesOf(auths) }),
    ];
    expect(needed('tradingview', 'a token in a field')).toEqual([]);
    expect(needed('stripe', 'github')).toEqual(['x-signature', 'x-hub-signature-256']);
    expect(needed('a bearer token')).toEqual(['authorization']);
    expect(needed('standard-webhooks')).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ]);
  });

  it('compares texts of any length without throwing', () => {
    expect(sameText('a', 'a')).toBe(true);
    expect(sameText('a', 'b')).toBe(false);
    expect(sameText('a'.repeat(10_000), 'a')).toBe(false);
    expect(sameText('', '\u0000')).toBe(false);
  });
});
