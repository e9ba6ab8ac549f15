import { describe, expect, it } from 'vitest';
import { sameText } from '../../../functions/adapters/webhook/same-text.ts';
import { sourceGuard } from '../../../functions/adapters/webhook/source-guard.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { credentials, harness, SENDER, TOKEN } from '../../functions/receive-signal/harness.ts';

const { config } = harness();
const right = { source: 'btc-trend', token: TOKEN, address: SENDER };

describe('the guard of sources', () => {
  it('admits token and address of the source, and nothing else', async () => {
    const guard = sourceGuard(config, { of: async (name) => credentials(name) });
    expect(await guard.admit(right)).toMatchObject({ name: 'btc-trend' });
    expect(await guard.admit({ ...right, source: 'constructor' })).toBeUndefined();
    expect(await guard.admit({ ...right, source: '' })).toBeUndefined();
    expect(await guard.admit({ ...right, token: `${TOKEN}=` })).toBeUndefined();
    expect(await guard.admit({ ...right, token: '\u0000' })).toBeUndefined();
    expect(await guard.admit({ ...right, address: `${SENDER}, 1.2.3.4` })).toBeUndefined();
    expect(await guard.admit({ ...right, address: `::ffff:1.2.3.4` })).toBeUndefined();
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
    const guard = sourceGuard(config, { of: async () => ({ token: new Secret(TOKEN), secrets }) });
    const admitted = await guard.admit(right);
    for (const text of ['', undefined, 'late', 'early', 'broken', 'other']) {
      expect(admitted?.matchSecret(text, 20)).toBeUndefined();
    }
    expect(admitted?.matchSecret('late', 10)).toBe(1);
    expect(admitted?.matchSecret('early', 30)).toBe(2);
  });

  it('compares texts of any length without throwing', () => {
    expect(sameText('a', 'a')).toBe(true);
    expect(sameText('a', 'b')).toBe(false);
    expect(sameText('a'.repeat(10_000), 'a')).toBe(false);
    expect(sameText('', '\u0000')).toBe(false);
  });
});
