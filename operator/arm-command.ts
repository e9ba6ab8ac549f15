/**
 * `harpoon arm ACCOUNT`, also `npm run arm -- ACCOUNT`: arms an account of a deployed Harpoon with
 * the credentials of the person who runs it. See arm.ts for what that means.
 */
import type { BoundCommand } from './cli/command.ts';
import { CliError } from './cli/command.ts';
import { suggestion } from '../functions/core/suggest.ts';

export const armCommand: BoundCommand = {
  needs: 'installation',
  on: 'aws',
  path: ['arm'],
  summary: 'arm an account: check both its keys at Kraken, write the first nonces and switches',
  args: [['<account>', 'an account of harpoon.yaml']],
  examples: ['harpoon arm main', 'harpoon arm main --config other.yaml'],
  json: ['account: the account that is armed now'],
  async run({ args: [account = ''] }, { config, table, clock }) {
    const known = Object.keys(config.accounts);
    if (!known.includes(account)) {
      const problem = `there is no account ${account.slice(0, 40)}. ${suggestion(account, known)}`;
      throw new CliError('not-found', problem);
    }
    // Only here: no other command reads a secret or speaks to Kraken.
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const { AWS_LIMITS } = await import('../functions/adapters/aws-limits.ts');
    const { krakenSpotUrl } = await import('../functions/adapters/kraken/spot-url.ts');
    const { armAccount } = await import('./arm.ts');
    const secrets = new SecretsManagerClient(AWS_LIMITS);
    try {
      await armAccount(account, { config, table, secrets, clock, krakenUrl: krakenSpotUrl() });
    } catch (error) {
      if (!(error instanceof Error) || '$metadata' in error) throw error;
      throw new CliError('failed', `not armed: ${error.message}`);
    }
    // Harmless to repeat: arming never lowers a nonce and never lifts a halt.
    return { json: { account }, lines: () => [`Account ${account} is armed.`] };
  },
};
