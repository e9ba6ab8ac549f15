/** Secrets of sources on this machine, over the embedded Secrets Manager. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it, onTestFinished } from 'vitest';
import { signingKey } from '../../../functions/adapters/webhook/standard-webhooks.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';
import { startSecrets } from '../../../infra/local/cloud/secrets.ts';
import { localSource } from '../../../infra/local/made-up-keys.ts';

const NAME = 'harpoon/sources/trend';

it('stay as they are, unless the way to sign was changed to one that cannot use them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-made-up-'));
  const server = await startSecrets({ directory });
  const client = new SecretsManagerClient(localClient(server.url));
  onTestFinished(async () => {
    client.destroy();
    await server.close();
    rmSync(directory, { recursive: true });
  });

  const first = await localSource(client, NAME, 'tradingview');
  expect(await localSource(client, NAME, 'tradingview')).toEqual(first);
  expect(await localSource(client, NAME, { kind: 'github', header: 'x' })).toEqual(first);

  const signing = await localSource(client, NAME, 'standard-webhooks');
  expect(signing.token).toBe(first.token);
  expect(signingKey(signing.secrets[0]?.value ?? '')).toHaveLength(32);
  expect(await localSource(client, NAME, 'standard-webhooks')).toEqual(signing);
  expect(await localSource(client, NAME, { kind: 'stripe', header: 'x' })).toEqual(signing);
});
