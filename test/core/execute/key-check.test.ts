import { describe, expect, it } from 'vitest';
import { keyFault } from '../../../functions/core/execute/key-check.ts';
import type { KeyInfo } from '../../../functions/core/ports.ts';

const QUERY: KeyInfo = {
  permissions: ['query-funds', 'query-open-trades', 'query-closed-trades'],
  nonce: '0',
  nonceWindow: '0',
  seesAllTimes: true,
};
const TRADE: KeyInfo = { ...QUERY, permissions: [...QUERY.permissions, 'modify-trades'] };

/** The key without one permission. */
function without(info: KeyInfo, lost: string): KeyInfo {
  return { ...info, permissions: info.permissions.filter((name) => name !== lost) };
}

/** The key with one more. */
function plus(info: KeyInfo, more: string): KeyInfo {
  return { ...info, permissions: [...info.permissions, more] };
}

describe.each([
  ['trade', TRADE],
  ['query', QUERY],
] as const)('a %s key', (half, good) => {
  it('may be used when it is what it must be', () => {
    expect(keyFault(good, half)).toBeUndefined();
    expect(keyFault(plus(good, 'export-data'), half)).toBeUndefined();
  });

  it.each(['withdraw-funds', 'add-withdraw-address', 'update-withdraw-address'])(
    'must not have %s, whatever else is wrong with it',
    (permission) => {
      expect(keyFault(plus(good, permission), half)).toBe(
        `the ${half} key may ${permission}: make a new key without that permission`,
      );
      const worse = { ...plus(good, permission), permissions: [permission], nonceWindow: '9' };
      expect(keyFault(worse, half)).toContain(`may ${permission}`);
    },
  );

  it.each([...good.permissions])('must have %s', (permission) => {
    expect(keyFault(without(good, permission), half)).toBe(
      `the ${half} key lacks ${permission}: add it in Kraken's key settings`,
    );
  });

  it('must not accept old nonces', () => {
    expect(keyFault({ ...good, nonceWindow: '10000' }, half)).toContain('nonce window of 10000');
  });

  it('must see all times', () => {
    expect(keyFault({ ...good, seesAllTimes: false }, half)).toContain('query window');
  });
});

it('a query key must not place orders, because one writer is to remain', () => {
  expect(keyFault(TRADE, 'query')).toContain('make it query only');
});
