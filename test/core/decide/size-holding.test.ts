import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { pairTable } from '../../../functions/core/market/pair-table.ts';
import { decisionInput, PAIRS, type Given } from '../market-fixture.ts';

const levels = { leverageBuy: [2], leverageSell: [2] };
const pairs = pairTable(PAIRS.map((pair) => ({ ...pair, ...levels })));

describe('what is held and free, and the size of an order', () => {
  const margin = { leverage: '2' } as const;
  const held = (total: string, available: string) => ({
    balances: new Map([
      ['BTC', { total: decimal(total), available: decimal(available) }],
      ['USD', { total: decimal('10000'), available: decimal('10000') }],
    ]),
  });
  const RAISED = { size: { kind: 'base', amount: '0.00009' }, roundUpWithin: '20' } as const;

  it.each<[string, Given, Partial<Source>, string]>([
    [
      'on margin is not what is held: Kraken cuts what may only reduce',
      { signal: { ...margin, action: 'sell', reduceOnly: true } },
      { size: { kind: 'base', amount: '0.5' } },
      '0.5',
    ],
    [
      'and without margin what is free',
      { signal: { action: 'sell', reduceOnly: true } },
      { size: { kind: 'base', amount: '0.5' } },
      '0.1',
    ],
    [
      'on margin keeps nothing back for the fee, which Kraken takes from the margin',
      { signal: margin },
      { size: { kind: 'available', percent: '100' } },
      '0.1999996',
    ],
    [
      'of a buy by what is held may be more than is free of it',
      { input: held('0.1', '0.04') },
      { size: { kind: 'position', percent: '50' } },
      '0.05',
    ],
    [
      'of a sale by what is held is at most what is free of it',
      { signal: { action: 'sell' }, input: held('0.1', '0.04') },
      { size: { kind: 'position', percent: '50' } },
      '0.04',
    ],
    ['is raised on margin, whatever is free', { signal: margin, balances: {} }, RAISED, '0.0001'],
    [
      'is raised for a sale by what it sells, not by money',
      { signal: { action: 'sell' }, balances: { BTC: '0.0001' } },
      RAISED,
      '0.0001',
    ],
  ])('%s', (_what, given, source, volume) => {
    const input = decisionInput({ ...given, input: { pairs, ...given.input } });
    const made = decideOrder({ ...input, source: { ...input.source, ...source } });
    expect(made.ok ? made.value.order.volume : made.error.sentence).toBe(volume);
  });

  it('is not raised for a sale of more than is held, however much money there is', () => {
    const given: Given = { signal: { action: 'sell' }, balances: { BTC: '0.00009', USD: '1000' } };
    const input = decisionInput(given);
    const made = decideOrder({ ...input, source: { ...input.source, ...RAISED } });
    expect(made).toMatchObject({ ok: false, error: { code: 'too-small' } });
  });

  it('is held to maxPosition also where nothing was held before', () => {
    const first = (maxPosition: string) =>
      decideOrder(
        decisionInput({
          ...{ balances: { USD: '10000' }, rails: { maxPosition } },
          size: { kind: 'base', amount: '0.01' },
        }),
      ).ok;
    expect([first('501 USD'), first('499 USD')]).toEqual([true, false]);
  });
});
