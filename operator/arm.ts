/**
 * Arms an account: looks at both halves of its keys as Kraken sees them, refuses a key that could
 * withdraw or that would make look-ups lie, and writes the first nonces and the switches. Until
 * then every function fails closed for the account. Arming again is harmless: it never lowers a
 * nonce and never lifts a halt. A paper account has no keys: its lanes and switches alone are armed,
 * and no secret is read.
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Table } from '../functions/adapters/dynamo/client.ts';
import { armLane, dynamoLanes } from '../functions/adapters/dynamo/lanes.ts';
import { accountSwitch, GLOBAL_SWITCH } from '../functions/adapters/dynamo/keys.ts';
import { armSwitch } from '../functions/adapters/dynamo/switches.ts';
import { krakenExchange } from '../functions/adapters/kraken/exchange.ts';
import {
  accountKeys,
  type KeyHalf,
  type NamedKey,
} from '../functions/adapters/secrets/account-keys.ts';
import { keyFault } from '../functions/core/execute/key-check.ts';
import { paperKeyId } from '../functions/core/paper/paper-key.ts';
import type { Clock, KeyInfo, LaneLease } from '../functions/core/ports.ts';
import type { Config } from '../functions/core/config.ts';

/** What arming works with. */
export interface ArmDeps {
  readonly config: Config;
  readonly table: Table;
  readonly secrets: SecretsManagerClient;
  readonly clock: Clock;
  readonly krakenUrl: string;
}

/** Arms one account. Throws with what is wrong and how to mend it. */
export async function armAccount(account: string, deps: ArmDeps): Promise<void> {
  const configured = deps.config.accounts[account];
  if (configured?.mode === 'paper') return armPaper(account, deps);
  const secretName = configured?.secret;
  if (secretName === undefined) {
    throw new Error(`account ${account} has no secret in harpoon.yaml: there is nothing to arm`);
  }
  const trade = await armHalf(secretName, 'trade', deps);
  const query = await armHalf(secretName, 'query', deps);
  // Look-ups with the key of another account would prove every order absent.
  if (trade.accountId !== query.accountId) {
    throw new Error('the trade key and the query key belong to different Kraken accounts');
  }
  await armSwitches(account, deps);
}

async function armPaper(account: string, deps: ArmDeps): Promise<void> {
  for (const half of ['trade', 'query'] as const) {
    await armLane(deps.table, paperKeyId(account, half), deps.clock.nowMs() * 1_000);
  }
  await armSwitches(account, deps);
}

async function armSwitches(account: string, { table }: ArmDeps): Promise<void> {
  await armSwitch(table, accountSwitch(account));
  await armSwitch(table, GLOBAL_SWITCH);
}

async function armHalf(secretName: string, half: KeyHalf, deps: ArmDeps): Promise<KeyInfo> {
  const key = await accountKeys(deps.secrets, deps.clock, half)(secretName);
  const lanes = dynamoLanes(deps.table, deps.clock);
  const lane = await lanes.take(key.keyId, 'arm');
  if (lane === 'busy') throw new Error(`the ${half} key is in use: try again in a minute`);
  const info = await keyInfo(key, lane, deps);
  const fault = keyFault(info, half);
  if (fault !== undefined) throw new Error(fault);
  if (lane === 'not-armed') {
    await armLane(deps.table, key.keyId, firstNonce(info, deps.clock));
  } else {
    await lanes.release(lane);
  }
  return info;
}

async function keyInfo(
  key: NamedKey,
  lane: LaneLease | 'not-armed',
  deps: ArmDeps,
): Promise<KeyInfo> {
  // A key that was never armed has no nonces of ours yet: the clock gives the first one.
  const nextNonce =
    lane === 'not-armed' ? () => String(deps.clock.nowMs() * 1_000) : () => lane.nextNonce();
  const { krakenUrl: url, clock } = deps;
  return krakenExchange({ url, key, nextNonce, clock, pairs: async () => [] }).keyInfo();
}

/** Above what Kraken has seen of the key, and exact as a JavaScript number. */
function firstNonce(info: KeyInfo, clock: Clock): number {
  const seen = /^[0-9]{1,20}$/.test(info.nonce) ? BigInt(info.nonce) : 0n;
  const now = BigInt(clock.nowMs()) * 1_000n;
  if (seen > now + 86_400_000_000n) {
    throw new Error(
      'the key was used with larger nonces than microseconds of Unix time (another program?): make a new key for Harpoon alone',
    );
  }
  return Number(seen > now ? seen : now);
}
