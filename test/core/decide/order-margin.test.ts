import { describe, expect, it } from 'vitest';
import type { Rails } from '../../../functions/core/config.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { pairTable } from '../../../functions/core/market/pair-table.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { decisionInput, PAIRS } from '../market-fixture.ts';

const levels = { leverageBuy: [2, 3, 10], leverageSell: [2] };
const pairs = pairTable(PAIRS.map((pair) => ({ ...pair, ...levels })));
const LIMITED: Partial<Rails> = { maxPosition: '900 USD', maxDailyLoss: '100 USD' };

function decided(signal: Partial<Signal>, rails: Partial<Rails> = {}) {
  const given = {
    signal,
    rails,
    input: { pairs },
    size: { kind: 'base', amount: '0.01' },
  } as const;
  const made = decideOrder(decisionInput(given));
  return made.ok ? made.value.order : made.error;
}

describe('leverage', () => {
  it('needs no rails to go out', () => {
    const made = decideOrder(
      decisionInput({ signal: { leverage: '2' }, rails: null, input: { pairs } }),
    );
    expect(made).toMatchObject({ ok: true, value: { order: { leverage: '2' } } });
  });

  it.each<[string, Partial<Signal>, object]>([
    ['of a buy', { leverage: '10' }, { leverage: '10' }],
    ['written with decimals', { leverage: '3.0' }, { leverage: '3' }],
    ['of a sale', { leverage: '2', action: 'sell' }, { leverage: '2' }],
    [
      'of a sale that is said to only leave: Kraken is told so',
      { leverage: '2', action: 'sell', marketPosition: 'flat' },
      { reduceOnly: true },
    ],
    [
      'of a buy that covers a short',
      { leverage: '2', reduceOnly: true },
      { side: 'buy', reduceOnly: true },
    ],
  ])('%s goes out', (_, signal, order) => {
    expect(decided(signal)).toMatchObject(order);
  });

  it.each<[string, Partial<Signal>, string]>([
    ['a buy', { leverage: '5' }, 'it takes 2, 3, 10'],
    ['a sale', { leverage: '3', action: 'sell' }, 'it takes 2'],
    ['what is no number', { leverage: 'max' }, 'no leverage of max'],
  ])('that the pair does not have is refused for %s', (_, signal, words) => {
    expect(decided(signal)).toMatchObject({ code: 'not-supported' });
    expect(decided(signal)).toHaveProperty('sentence', expect.stringContaining(words));
  });

  it('that is settled is refused by maxDailyLoss alone, which sees it only afterwards', () => {
    const settle = { type: 'settle-position', leverage: '2', action: 'buy' } as const;
    const { maxPosition } = LIMITED as Required<Pick<Rails, 'maxPosition'>>;
    const loss = { maxDailyLoss: '100 USD' };
    expect(decided(settle, loss)).toHaveProperty(
      'sentence',
      expect.stringMatching(/^maxDailyLoss of account \w+ sees what a margin position won or lost/),
    );
    expect(decided(settle, { maxPosition })).toMatchObject({ code: 'no-market-data' });
    expect(decided({ ...settle, leverage: '7' }, loss)).toHaveProperty(
      'sentence',
      expect.stringContaining('no leverage of 7'),
    );
  });

  it('leaves reduce-only out of an order that may open', () => {
    expect(decided({ leverage: '2' })).not.toHaveProperty('reduceOnly');
  });

  it('is refused where a pair has none', () => {
    const made = decideOrder(decisionInput({ signal: { leverage: '2' } }));
    expect(made).toMatchObject({ error: { numbers: { leverage: '2', allowed: 'none' } } });
    expect(made).toHaveProperty('error.sentence', expect.stringMatching(/none: leave "lev/));
  });

  it.each(['maxPosition', 'maxDailyLoss'] as const)(
    'opens nothing past %s, which cannot see it, and may close',
    (rail) => {
      const rails = { [rail]: LIMITED[rail] };
      expect(decided({ leverage: '2' }, rails)).toMatchObject({ code: 'not-supported' });
      expect(decided({ leverage: '2' }, rails)).toHaveProperty(
        'sentence',
        expect.stringContaining(`${rail} of account main cannot see margin positions`),
      );
      const exits: readonly Partial<Signal>[] = [{ reduceOnly: true }, { marketPosition: 'flat' }];
      for (const exit of exits) {
        const sale = decided({ leverage: '2', action: 'sell', ...exit }, rails);
        expect(sale).toMatchObject({ side: 'sell', reduceOnly: true });
      }
    },
  );

  it.each(['maxPosition', 'maxDailyLoss'] as const)('buys a short back past %s', (rail) => {
    const covers = { leverage: '2', reduceOnly: true } as const;
    const order = { side: 'buy', reduceOnly: true };
    expect(decided(covers, { [rail]: LIMITED[rail] })).toMatchObject(order);
  });
});
