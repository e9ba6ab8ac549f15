import { describe, expect, it } from 'vitest';
import { ACTION_WORDS } from '../../../functions/core/message/action-words.ts';
import { PLAIN_SOURCE, refusalOf, signalOf, SPOT_SOURCE } from './message-fixture.ts';

describe('sizes', () => {
  it.each([
    ['50% available', { unit: 'available', amount: '50' }],
    ['100% Position', { unit: 'position', amount: '100' }],
    ['50% of available', { unit: 'available', amount: '50' }],
    ['10% equity', { unit: 'percent', amount: '10' }],
    ['10%', { unit: 'percent', amount: '10' }],
    ['0.250', { unit: 'base', amount: '0.25' }],
    ['100 eur', { unit: 'quote', amount: '100', currency: 'EUR' }],
  ])('%s', (size, expected) => {
    expect(signalOf({ size }).size).toEqual(expected);
  });

  it.each(['50% cash', '50 % available', '% available', '1% of', 'all', '100% position now'])(
    '%s is no size',
    (size) => {
      expect(refusalOf({ size })).toMatch(/^bad-field: size is not readable: .*100% position/);
    },
  );

  it('by risk need a stop, in the message or as the setting of the source', () => {
    const bySource = { source: { ...PLAIN_SOURCE, size: { kind: 'risk', percent: '1' } as const } };
    const expected = { size: { unit: 'risk', amount: '1' }, riskStop: '95000' };
    expect(signalOf({ size: '1% risk', riskStop: '95000' })).toMatchObject(expected);
    expect(signalOf({ size: '1% risk', riskStop: '-3%' })).toMatchObject({ riskStop: '-3%' });
    expect(signalOf({ size: null, riskStop: '95000' }, bySource)).toMatchObject({
      riskStop: '95000',
    });
    expect(refusalOf({ size: '1% risk' })).toMatch(/^missing-field: .*riskStop/);
    expect(refusalOf({ size: null }, bySource)).toMatch(/^missing-field: .*riskStop/);
    expect(refusalOf({ riskStop: '95000' })).toMatch(/^ambiguous-field: .*places no stop/);
  });
});

describe('leverage', () => {
  it.each([
    ['2', '2'],
    ['3x', '3'],
    ['5:1', '5'],
  ])('%s is %s', (leverage, expected) => {
    expect(signalOf({ leverage }).leverage).toBe(expected);
  });

  it.each(['1', '1x', 1, '0', 'none', null, false])('%j is none', (leverage) => {
    expect(signalOf({ leverage }, { source: PLAIN_SOURCE }).leverage).toBeUndefined();
  });

  it('is refused where it is not allowed, or beyond what is allowed', () => {
    expect(refusalOf({ leverage: 2 }, { source: SPOT_SOURCE })).toBe(
      'not-supported: this source may not use leverage: write less or none; to allow it write leverage: 2 at sources.desk.allow in harpoon.yaml.',
    );
    expect(refusalOf({ leverage: 6 })).toContain('up to 5: write less');
    expect(refusalOf({ leverage: '1.5' })).toMatch(/^bad-field: leverage is not readable/);
  });

  it('makes a short position possible', () => {
    const short = { action: 'sell', leverage: 2, marketPosition: 'short' };
    expect(signalOf(short)).toMatchObject({ leverage: '2', marketPosition: 'short' });
    const cover = { leverage: 2, marketPosition: 'flat', reduceOnly: true };
    expect(signalOf(cover)).toMatchObject({ action: 'buy', reduceOnly: true });
  });
});

describe('the words for actions', () => {
  const spot = { source: SPOT_SOURCE };

  it.each([...ACTION_WORDS.buy, 'Enter-Long', 'buy to open'])('%s buys', (action) => {
    expect(signalOf({ action }, spot)).toMatchObject({ action: 'buy' });
  });

  it.each([...ACTION_WORDS.leave, 'Close Long', 'exit_long'])('%s sells what is said', (action) => {
    const expected = { action: 'sell', reduceOnly: true };
    expect(signalOf({ action }, spot)).toMatchObject({ ...expected, size: { unit: 'base' } });
    const half = { action, size: '50% position' };
    expect(signalOf(half, spot)).toMatchObject({ ...expected, size: { unit: 'position' } });
  });

  it.each([
    [{ size: '50%' }, spot, '"50% position"'],
    [{ size: '50% available' }, spot, '"100% position"'],
    [{}, {}, 'may be long or short'],
  ] as const)('close with %j is refused with what to write', (fields, envelope, words) => {
    const said = refusalOf({ action: 'close', ...fields }, envelope);
    expect(said).toMatch(/^not-supported: action closes a position, /);
    expect(said).toContain(words);
  });

  it('close is exact where the source sells a share of what is held', () => {
    const source = { ...PLAIN_SOURCE, size: { kind: 'position', percent: '100' } } as const;
    expect(signalOf({ action: 'close', size: null }, { source })).toMatchObject({
      action: 'sell',
      reduceOnly: true,
    });
  });

  it.each([
    ['short', 'opens a short'],
    ['sell short', 'opens a short'],
    ['exit_short', 'closes a short'],
    ['buy to cover', 'closes a short'],
    ['reverse', '"100% position"'],
    ['target', 'target: true in harpoon.yaml'],
    ['cancel all', 'no trade'],
    ['hold', 'no trade'],
  ])('%s is refused', (action, words) => {
    expect(refusalOf({ action }, spot)).toMatch(/^not-supported: action /);
    expect(refusalOf({ action }, spot)).toContain(words);
  });

  it.each(['BTC/USDT:USDT', 'ETH/USD:ETH-261225'])('do not reach the contract %s', (symbol) => {
    expect(refusalOf({ symbol })).toMatch(/^not-supported: symbol names a contract/);
  });
});
