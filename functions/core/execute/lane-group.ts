/**
 * Which orders must stay in order: those that share an API key, so those that share a secret. A paper
 * account uses no key, also where it names one.
 */
import type { Config } from '../config.ts';

/** Name of an account's lane in the queue (MessageGroupId). */
export function laneGroup(config: Config, account: string): string {
  const configured = config.accounts[account];
  return configured?.mode === 'paper' ? account : (configured?.secret ?? account);
}
