import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { sourceSecrets } from '../../../functions/adapters/secrets/source-secrets.ts';
import { fakeClock } from '../../fakes/clock.ts';

const TOKEN = 't'.repeat(32);
const GOOD = JSON.stringify({
  token: TOKEN,
  secrets: [
    { value: 'the-old-secret-0123456789', notAfter: '2026-12-01T00:00:00Z' },
    { value: 'the-new-secret-0123456789', notBefore: '2026-11-01T00:00:00.000Z' },
  ],
});

/** A client whose calls end in the given texts; an Error fails the call. */
function clientOf(...answers: (string | Error)[]) {
  const asked: string[] = [];
  const client = new SecretsManagerClient({ region: 'eu-west-2' });
  client.send = async (command: { input: { SecretId?: string } }) => {
    asked.push(command.input.SecretId ?? '');
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked again');
    return { SecretString: answer };
  };
  return { client, asked };
}

describe('secrets of sources', () => {
  it('reads token and secrets with their times, and shows none of them', async () => {
    const { client, asked } = clientOf(GOOD);
    const read = await sourceSecrets(client, fakeClock()).of('harpoon/sources/a');
    expect(asked).toEqual(['harpoon/sources/a']);
    expect(read.token.reveal()).toBe(TOKEN);
    expect(read.secrets.map(({ value }) => value.reveal())).toEqual([
      'the-old-secret-0123456789',
      'the-new-secret-0123456789',
    ]);
    expect(read.secrets[0]).toMatchObject({ notAfterMs: Date.UTC(2026, 11, 1) });
    expect(read.secrets[1]).toMatchObject({ notBeforeMs: Date.UTC(2026, 10, 1) });
    expect(JSON.stringify(read)).not.toContain('0123456789');
  });

  it('reads the halt secrets beside them, if there are any', async () => {
    const halt = [{ value: 'the-halt-secret-0123456789', notAfter: '2026-12-01T00:00:00Z' }];
    const { client } = clientOf(JSON.stringify({ ...JSON.parse(GOOD), halt }), GOOD);
    const secrets = sourceSecrets(client, fakeClock());
    const read = await secrets.of('a');
    expect(read.halt?.map(({ value }) => value.reveal())).toEqual(['the-halt-secret-0123456789']);
    expect(read.halt?.[0]).toMatchObject({ notAfterMs: Date.UTC(2026, 11, 1) });
    expect(JSON.stringify(read)).not.toContain('0123456789');
    expect((await secrets.of('b')).halt).toBeUndefined();
  });

  it('asks once a minute, also when many ask at once', async () => {
    const clock = fakeClock();
    const { client, asked } = clientOf(GOOD, GOOD);
    const secrets = sourceSecrets(client, clock);
    await Promise.all([secrets.of('a'), secrets.of('a')]);
    clock.advance(59_999);
    await secrets.of('a');
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await secrets.of('a');
    expect(asked).toHaveLength(2);
  });

  it('remembers a failure for two seconds only, so that a resend can succeed', async () => {
    const clock = fakeClock();
    const { client, asked } = clientOf(new Error('away'), GOOD);
    const secrets = sourceSecrets(client, clock);
    await expect(secrets.of('a')).rejects.toThrow('away');
    await expect(secrets.of('a')).rejects.toThrow('away');
    expect(asked).toHaveLength(1);
    clock.advance(2_000);
    expect((await secrets.of('a')).token.reveal()).toBe(TOKEN);
  });

  it.each([
    ['not JSON hunter2hunter2', 'the whole'],
    ['{"token":"hunter2","secrets":[]}', 'token'],
    [`{"token":"${TOKEN}","secrets":[{"value":"hunter2"}]}`, 'secrets.0.value'],
    [
      `{"token":"${TOKEN}","secrets":[{"value":"hunter2hunter2hunter2","notAfter":"soon"}]}`,
      'notAfter',
    ],
    [`{"token":"${TOKEN}","secrets":[],"hunter2":1}`, ''],
  ])('throws on %s, naming the field and never the value', async (text, field) => {
    const { client } = clientOf(text);
    const failure = await sourceSecrets(client, fakeClock())
      .of('a')
      .catch((error: unknown) => error);
    expect(String(failure)).toContain('secret a is not of the form');
    expect(String(failure)).toContain(field);
    if (field !== '') expect(String(failure)).not.toContain('hunter2');
  });
});
