/** Which orders must stay in order: those that share an API key, so those that share a secret. */
import type { Config } from './config.ts';

/** Name of an account's lane in the queue (MessageGroupId). */
export function laneGroup(config: Config, account: string): string {
  return config.accounts[account]?.secret ?? account;
}
