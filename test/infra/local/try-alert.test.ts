/** The commands that `npm start` prints for an alert rule. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../functions/core/config.ts';
import { makeRule } from '../../../functions/core/alerts/make-rule.ts';
import { alertTrial, alertTrialText } from '../../../infra/local/try-alert.ts';

function configOf(...texts: readonly string[]): Config {
  const alerts = texts.map((text) => {
    const made = makeRule(text, {});
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return made.value;
  });
  return { version: 1, accounts: {}, sources: {}, channels: {}, alerts };
}

const exchange = (prices: Readonly<Record<string, string>>) => ({
  krakenUrl: 'http://127.0.0.1:1',
  prices: new Map(Object.entries(prices)),
});

describe('the trial of an alert', () => {
  it.each([
    ['BTC/USD crosses above 62000', '60000', '62620', '61256', false],
    ['BTC/USD crosses above 62000', '62620', '62620', '61256', true],
    ['BTC/USD crosses above 62000', '62000', '62620', '61256', true],
    ['BTC/USD crosses below 58000', '60000', '57420', '58696', false],
    ['BTC/USD crosses 60000', '59000', '60600', '59280', false],
    ['BTC/USD crosses above 0.00001234', '0.000012', '0.00001246', '0.00001219', false],
  ])('of "%s" at %s goes to %s and back to %s', (rule, last, across, back, isBeyond) => {
    const trial = alertTrial(configOf(rule), exchange({ 'BTC/USD': last }));
    expect(trial?.across).toContain(`{"pair":"BTC/USD","price":"${across}"}`);
    expect(trial?.back).toContain(`{"pair":"BTC/USD","price":"${back}"}`);
    expect(trial?.isBeyond).toBe(isBeyond);
  });

  it('takes the first rule that the price can be moved across at once', () => {
    const config = configOf(
      'BTC/USD below 50000',
      'XYZ/USD crosses above 10',
      'BTC/USD crosses above 100000',
      'BTC/USD crosses above 61000 and spread below 1%',
      'ETH/USD crosses above 3100',
    );
    const trial = alertTrial(config, exchange({ 'BTC/USD': '60000', 'ETH/USD': '3000' }));
    expect(trial?.rule).toBe('ETH/USD crosses above 3100');
  });

  it('is left out where no rule can be tried', () => {
    const trial = alertTrial(configOf('ETH/USD above 3'), exchange({ 'ETH/USD': '3000' }));
    expect(trial).toBeUndefined();
    expect(alertTrialText(trial, { gatewayUrl: 'http://127.0.0.1:2' })).toEqual([]);
  });

  it('says to take the price back first when it is beyond the level already', () => {
    const config = configOf('BTC/USD crosses above 62000');
    const lines = (last: string) =>
      alertTrialText(alertTrial(config, exchange({ 'BTC/USD': last })), { gatewayUrl: 'g' });
    expect(lines('62620').join('\n')).toContain('take it back first');
    expect(lines('60000').join('\n')).not.toContain('take it back first');
    expect(lines('60000').join('\n')).toContain('15 minutes after the last time');
  });
});
