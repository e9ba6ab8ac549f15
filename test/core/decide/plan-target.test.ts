/**
 * From where a strategy is to stand to its order, as a table: what the book holds, what the message
 * says, and what is done.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book, type Claim } from '../../../functions/core/book.ts';
import type { Size, Source } from '../../../functions/core/config.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { PlannedOrder, TargetPlan } from '../../../functions/core/decide/plan-change.ts';
import { intentOf, planTarget } from '../../../functions/core/decide/plan-target.ts';
import type { Signal, Stand, Target } from '../../../functions/core/signal.ts';
import { TREND } from '../order-fixture.ts';
import { TABLE } from '../market-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const SIGNAL: Signal = {
  ...{
    id: 's',
    source: 'trend',
    sentAtMs: 1_000,
    symbol: 'BTC/USD',
    action: 'buy',
    type: 'market',
  },
};

interface Given {
  readonly holds?: string;
  readonly perUnit?: string;
  readonly margin?: string;
  readonly free?: string;
  readonly sinceMs?: number;
  readonly movedAtMs?: number;
  readonly stops?: string;
  readonly stopped?: Pick<Book, 'stopped' | 'stoppedAtMs'>;
  readonly size?: Size;
  readonly claim?: Claim;
  readonly says: Target;
  readonly more?: Partial<Signal>;
}

function plan(given: Given): TargetPlan | string {
  const { holds = '0', perUnit, margin, free = '100', says, more } = given;
  const pair = TABLE.byAnyName('BTC/USD');
  if (pair === undefined) throw new Error('the pair is listed');
  const book: Book = {
    ...emptyBook(REF),
    quantity: holds,
    ...(perUnit === undefined ? {} : { perUnit }),
    ...(margin === undefined ? {} : { leverage: margin }),
    ...(given.movedAtMs === undefined ? {} : { movedAtMs: given.movedAtMs }),
    ...(given.claim === undefined ? {} : { claim: given.claim }),
    ...given.stopped,
  };
  const source: Source = { ...TREND, size: given.size ?? { kind: 'signal' } };
  const amount = { total: decimal(free), available: decimal(free) };
  const balances = new Map([['BTC', amount]]);
  const planned = planTarget({
    ...{ pair, book, source, balances, nowMs: 1_000_000, sinceMs: given.sinceMs ?? 0 },
    ...(given.stops === undefined ? {} : { stops: decimal(given.stops) }),
    signal: { ...SIGNAL, marketPosition: says.position, ...more, target: says },
  });
  return planned.ok ? planned.value : `${planned.error.code}: ${planned.error.sentence}`;
}

const FLAT: Stand = { position: 'flat' };
const long = (size?: string): Stand => ({ position: 'long', ...(size ? { size } : {}) });
const short = (size?: string): Stand => ({ position: 'short', ...(size ? { size } : {}) });
const EQUITY: Size = { kind: 'equity', percent: '10' };
const MARGIN = { leverage: '3' };

/** The order of a plan in words. */
function words(given: Given): string {
  const planned = plan(given);
  if (typeof planned === 'string') return planned;
  if (planned.kind !== 'order') return `${planned.kind}: ${planned.why}`;
  const { signal, source, isFirstLeg, opens } = planned;
  const size = signal.size?.amount ?? `by ${source.size.kind}`;
  return [
    `${signal.action} ${size}`,
    ...(signal.leverage === undefined ? [] : [`leverage ${signal.leverage}`]),
    ...(signal.reduceOnly === true ? ['reduce only'] : []),
    ...(opens === undefined ? [] : [`opens ${opens.size ?? '?'}`]),
    ...(isFirstLeg ? ['then the entry'] : []),
  ].join(', ');
}

describe('the order to where a strategy is to stand', () => {
  it.each<[string, Given, string]>([
    ['long from flat', { says: long('0.5') }, 'buy 0.5, opens 0.5'],
    ['more of it', { holds: '0.5', says: long('0.8') }, 'buy 0.3'],
    ['less of it', { holds: '0.5', says: long('0.2') }, 'sell 0.3, reduce only'],
    ['out', { holds: '0.5', says: FLAT }, 'sell 0.5, reduce only'],
    [
      'out, whatever the sender called it',
      { holds: '0.5', says: FLAT, more: { action: 'buy' } },
      'sell 0.5, reduce only',
    ],
    ['short on spot is out', { holds: '0.5', says: short('1') }, 'sell 0.5, reduce only'],
    ['short from flat', { says: short('1'), more: MARGIN }, 'sell 1, leverage 3, opens 1'],
    [
      'more short',
      { holds: '-1', margin: '3', says: short('1.5'), more: MARGIN },
      'sell 0.5, leverage 3',
    ],
    [
      'less short',
      { holds: '-1', margin: '3', says: short('0.4'), more: MARGIN },
      'buy 0.6, leverage 3, reduce only',
    ],
    [
      'out of a short, by the leverage it was opened with',
      { holds: '-1', margin: '3', says: FLAT },
      'buy 1, leverage 3, reduce only',
    ],
    [
      'turned around',
      { holds: '0.5', says: short('1'), more: MARGIN },
      'sell 0.5, reduce only, then the entry',
    ],
    [
      'turned around from short',
      { holds: '-1', margin: '3', says: long('2'), more: MARGIN },
      'buy 1, leverage 3, reduce only, then the entry',
    ],
    ['sized by harpoon.yaml', { size: EQUITY, says: long('2') }, 'buy by equity, opens 2'],
    [
      'sized by harpoon.yaml, without a size',
      { size: EQUITY, says: long() },
      'buy by equity, opens ?',
    ],
    [
      'short, sized by harpoon.yaml',
      { size: EQUITY, says: short('2'), more: MARGIN },
      'sell by equity, leverage 3, opens 2',
    ],
    [
      'more, at the scale of the opening',
      { size: EQUITY, holds: '0.5', perUnit: '0.25', says: long('3') },
      'buy 0.25',
    ],
    [
      'less, at the scale of the opening',
      { size: EQUITY, holds: '0.5', perUnit: '0.25', says: long('1') },
      'sell 0.25, reduce only',
    ],
    [
      'by the ratio to before, where no scale is known',
      { size: EQUITY, holds: '0.6', says: { ...long('1'), prev: long('3') } },
      'sell 0.4, reduce only',
    ],
    [
      'the rest of before goes with the next entry',
      { holds: '0.00003', says: long('0.5') },
      'buy 0.49997, opens 0.5',
    ],
    [
      'with leverage, beside a rest that was bought without',
      { holds: '0.00003', says: long('0.5'), more: MARGIN },
      'buy 0.49997, leverage 3, opens 0.5',
    ],
    ['and out with the next exit', { holds: '0.50003', says: FLAT }, 'sell 0.50003, reduce only'],
    [
      'what is free, where the rest was moved away by hand',
      { holds: '0.5', free: '0.4', says: FLAT },
      'sell 0.4, reduce only',
    ],
    [
      'all of it where nothing is free: the refusal then says so',
      { holds: '0.5', free: '0', says: FLAT },
      'sell 0.5, reduce only',
    ],
    [
      'a margin position, which is not held as an asset',
      { holds: '0.5', margin: '2', free: '0', says: FLAT },
      'sell 0.5, leverage 2, reduce only',
    ],
  ])('%s', (_what, given, expected) => {
    expect(words(given)).toBe(expected);
  });

  it.each<[string, Given, RegExp]>([
    ['flat and flat', { says: FLAT }, /^unneeded: the book owns no BTC .* "100% position"/],
    ['short on spot from flat', { says: short('1') }, /^unneeded: the book owns no BTC/],
    [
      'there already',
      { holds: '0.5', says: long('0.5') },
      /^unneeded: the book holds 0\.5 BTC already/,
    ],
    [
      'a difference that Kraken does not trade',
      { holds: '0.5', says: long('0.50005') },
      /^unneeded: the book holds 0\.5 BTC, and the difference of 0\.00005 BTC is below Kraken's smallest order of BTC\/USD \(0\.0001 BTC\)$/,
    ],
    [
      'a rest that Kraken does not trade',
      { holds: '0.00005', says: FLAT },
      /^unneeded: .*; it stays in the book and goes with the next order$/,
    ],
    [
      'long and long, without a size',
      { holds: '0.5', says: long() },
      /^unneeded: the book is long already with 0\.5 BTC/,
    ],
    [
      'more, where no scale is known',
      { size: EQUITY, holds: '0.5', says: long('2') },
      /^unneeded: the book is long already/,
    ],
    [
      'a ratio to another side',
      { size: EQUITY, holds: '0.5', says: { ...long('2'), prev: short('1') } },
      /^unneeded: the book is long already/,
    ],
    [
      'more, of what was bought on spot, with leverage',
      { holds: '0.5', says: long('2'), more: MARGIN },
      /^not-supported: the position was opened without leverage .* adds to it with leverage 3: send the same/,
    ],
    [
      'more of a margin position, on spot',
      { holds: '0.5', margin: '2', says: long('2') },
      /^not-supported: the position was opened with leverage 2 .* adds to it without leverage/,
    ],
    [
      'long without a size that nobody knows',
      { says: long() },
      /^missing-field: the message says long and not how much.*positionSize/,
    ],
  ])('%s', (_what, given, expected) => {
    expect(words(given)).toMatch(expected);
  });

  const page = readFileSync(new URL('../../../docs/messages.md', import.meta.url), 'utf8');
  const section = page.split('## Where a strategy stands')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| ([0-9.]+) \| (\w+)(?: ([0-9.]+))? \| (.*) \|$/gm)];

  it('has its table on the page of messages', () => {
    expect(rows.length).toBeGreaterThan(5);
  });

  it.each(rows.map(([, holds, position, size, order]) => [holds, position, size, order]))(
    'of a book that holds %s and a message that says %s %s is on that page',
    (holds = '', position, size, order) => {
      const says = { position, ...(size === undefined ? {} : { size }) } as Target;
      const shown = words({ holds, says })
        .replace(/, opens .*$/, '')
        .replace(/^unneeded/, 'none');
      expect(shown).toBe(order);
    },
  );

  it('of the entry behind an exit waits until the exit is filled', () => {
    const leg = { ...MARGIN, leg: { of: 's' } };
    expect(words({ holds: '0.5', says: short('1'), more: leg })).toMatch(/^waits: the exit before/);
    expect(words({ says: short('1'), more: leg })).toBe('sell 1, leverage 3, opens 1');
    // What the exit left, because Kraken does not trade so little, keeps nobody waiting.
    expect(words({ holds: '0.00005', says: short('1'), more: leg })).toBe(
      'sell 1.00005, leverage 3, opens 1',
    );
  });

  it.each<[string, Partial<Given>]>([
    ['cancelled for it', { sinceMs: 1_000_000 - 89_999 }],
    ['bought', { movedAtMs: 1_000_000 - 89_999 }],
  ])('waits for coins that do not show as free and were just %s', (_what, given) => {
    expect(words({ holds: '0.5', free: '0.2', says: FLAT, ...given })).toBe(
      'waits: Kraken shows 0.2 BTC of the 0.5 BTC to be sold as free, which may be behind what was just cancelled or bought',
    );
    expect(words({ holds: '0.2', free: '0.2', says: FLAT, ...given })).toBe(
      'sell 0.2, reduce only',
    );
  });

  it('sells what is there when balances cannot lag any more', () => {
    const long = { free: '0.2', movedAtMs: 1_000_000 - 90_000, sinceMs: 1_000_000 - 90_000 };
    expect(words({ holds: '0.5', says: FLAT, ...long })).toBe('sell 0.2, reduce only');
  });

  it('never buys back on spot, where more was sold than is known to be bought', () => {
    expect(words({ holds: '-0.5', says: FLAT })).toMatch(/^unneeded: the book owns no BTC/);
    expect(words({ holds: '-0.5', says: long('1') })).toBe('buy 1, opens 1');
  });

  it.each<[string, string, Stand, string]>([
    ['0.5', '0.5', long('0.8'), 'buy 0.3'],
    ['0.5', '0.5', long('0.5'), 'none: the book holds 0.5 BTC already, which is what is wanted'],
    ['0.8', '0.5', long('0.5'), 'sell 0.3, reduce only'],
    ['0.5', '0', long('0.2'), 'sell 0.3, reduce only'],
  ])('of a book of %s with stops for %s goes on to %j', (holds, stops, says, expected) => {
    const shown = words({ holds, says, stops })
      .replace(/, opens .*$/, '')
      .replace(/^unneeded/, 'none');
    expect(shown).toBe(expected);
  });

  const STOP = { type: 'stop-loss', price: '40000' } as const;

  it.each<[string, Given, boolean]>([
    ['opens a position', { says: long('0.5') }, true],
    ['opens one sized by harpoon.yaml', { says: long('2'), size: EQUITY }, true],
    ['adds to one', { holds: '0.5', says: long('0.8') }, true],
    ['takes some of it', { holds: '0.5', says: long('0.2') }, false],
    ['leaves it', { holds: '0.5', says: FLAT }, false],
  ])('that %s goes out with the stop of the message: %j', (_what, given, hasStop) => {
    const planned = plan({ ...given, more: { stop: STOP } });
    if (typeof planned === 'string' || planned.kind !== 'order') throw new Error('an order');
    expect(planned.signal.stop).toEqual(hasStop ? STOP : undefined);
    expect('stop' in planned.signal).toBe(hasStop);
  });

  const LONG = { stopped: 'long', stoppedAtMs: 500 } as const;
  const claimed = (stand: Stand, signalId = 'before'): Claim => {
    return { ...stand, signalId, sentAtMs: 400 };
  };

  it.each<[string, Given, string]>([
    [
      'is still in it',
      { says: { ...long('0.8'), prev: long('0.5') } },
      'unneeded: a stop, a take-profit or a halt closed some or all of it, and the book holds 0 BTC; the strategy still says that it is long from before: it is entered again when it comes from flat',
    ],
    [
      'was in it by its message before',
      { says: long('0.8'), claim: claimed(long('0.5')) },
      'unneeded: a stop, a take-profit or a halt closed',
    ],
    [
      'is still in it, of what harpoon.yaml sizes',
      { says: { ...long('2'), prev: long('1') }, size: EQUITY },
      'unneeded: a stop, a take-profit or a halt closed',
    ],
    [
      'is still in it, of which a part is left',
      { holds: '0.3', says: { ...long('0.8'), prev: long('0.5') } },
      'unneeded: a stop, a take-profit or a halt closed some or all of it, and the book holds 0.3 BTC',
    ],
    [
      'said so in the message that comes again',
      {
        says: { ...long('0.5'), prev: FLAT },
        claim: claimed(long('0.5'), 's'),
        more: { sentAtMs: 400 },
      },
      'unneeded: a stop, a take-profit or a halt closed',
    ],
    [
      'said so after the stop, in the message that comes again',
      { says: { ...long('0.5'), prev: FLAT }, claim: claimed(long('0.5'), 's') },
      'buy 0.5, opens 0.5',
    ],
    ['comes from flat', { says: { ...long('0.5'), prev: FLAT } }, 'buy 0.5, opens 0.5'],
    ['was flat before', { says: long('0.5'), claim: claimed(FLAT) }, 'buy 0.5, opens 0.5'],
    ['says nothing of before', { says: long('0.5') }, 'buy 0.5, opens 0.5'],
    [
      'is on the other side',
      { says: { ...short('1'), prev: long('0.5') }, more: MARGIN },
      'sell 1, leverage 3, opens 1',
    ],
    [
      'takes some of what is left',
      { holds: '0.3', says: { ...long('0.2'), prev: long('0.5') } },
      'sell 0.1, reduce only',
    ],
    [
      'stands where the rest is',
      { holds: '0.3', says: { ...long('0.3'), prev: long('0.5') } },
      'unneeded: the book holds 0.3 BTC already',
    ],
    [
      'leaves the rest',
      { holds: '0.3', says: { ...FLAT, prev: long('0.5') } },
      'sell 0.3, reduce only',
    ],
  ])('of a strategy that a stop took out, and that %s', (_what, given, expected) => {
    expect(words({ ...given, stopped: LONG }).slice(0, expected.length)).toBe(expected);
  });

  it.each<[string, string, Stand, string | undefined]>([
    ['0.5', '0.5', long('0.2'), '0.3'],
    ['0.8', '0.5', long('0.4999'), '0.0001'],
    ['0.8', '0.5', long('0.5'), undefined],
    // More than is owned, as when some was sold by hand: what is left is not closed twice.
    ['0.5', '0.6', long('0.4'), '0.2'],
    ['0.5', '0', long('0.2'), undefined],
  ])(
    'of a book of %s with stops for %s shrinks to %j once these gave %s',
    (holds, stops, says, frees) => {
      const planned = plan({ holds, says, stops, free: '0' });
      if (frees === undefined) {
        expect(planned).not.toHaveProperty('room');
        return;
      }
      const { room } = plan({ holds, says, stops, free: '1' }) as PlannedOrder;
      expect(room && plain(room.frees)).toBe(frees);
    },
  );

  it('counts what its stops give as free, and nothing more', () => {
    const wish = { holds: '0.5', says: long('0.2'), stops: '0.5', free: '0' };
    expect(words(wish)).toBe('sell 0.3, reduce only');
    expect(words({ ...wish, stops: '0.4' })).toBe('sell 0.2, reduce only');
    expect(words({ ...wish, stops: '0.4', sinceMs: 999_000 })).toMatch(
      /^waits: Kraken shows 0.2 BTC of the 0.3 BTC/,
    );
  });

  it('says how it came about, and nothing of the target any more', () => {
    const planned = plan({ holds: '0.5', says: { ...short('1'), prev: FLAT } });
    if (typeof planned === 'string' || planned.kind !== 'order') throw new Error('an order');
    expect(planned.steps).toEqual([
      { step: 'the book holds', value: '0.5 BTC' },
      { step: 'the strategy says', value: 'short 1' },
      { step: 'short without leverage', value: 'flat, as spot cannot be short' },
      { step: 'so it is to hold', value: '0 BTC' },
    ]);
    expect(planned.signal).not.toHaveProperty('target');
    expect(planned.signal).not.toHaveProperty('marketPosition');
    const dusty = plan({ size: EQUITY, holds: '0.00003', says: long('1') });
    expect(dusty).toMatchObject({ opens: { size: '1' } });
    expect(dusty).toHaveProperty('steps.2.value', '0.00003 BTC');
  });
});

describe('a message that is older than what the book was last set by', () => {
  const claim = (stand: Target, sentAtMs = 1_000): Claim => ({ ...stand, signalId: 'c', sentAtMs });

  const restating = (signalId: string) => {
    return { id: `drift:${signalId}`, sentAtMs: 9_000, restates: { signalId, sentAtMs: 400 } };
  };

  it.each<[string, Claim, Target, Partial<Signal>, boolean]>([
    ['by its time', claim(FLAT, 1_001), long('1'), {}, true],
    ['not by its time', claim(FLAT, 999), long('1'), {}, false],
    [
      'by the chain, in the same second',
      claim({ ...FLAT, prev: long('1') }),
      { ...long('2'), prev: FLAT },
      {},
      false,
    ],
    [
      'which comes from it, in the same second',
      claim({ ...FLAT, prev: long('1') }),
      { ...long('1'), prev: long('2') },
      {},
      true,
    ],
    [
      'with another size, in the same second',
      claim({ ...FLAT, prev: long('1') }),
      long('2'),
      {},
      false,
    ],
    ['and says nothing of before, in the same second', claim(FLAT), long('1'), {}, false],
    ['but the very message again', claim(FLAT, 5_000), long('1'), { id: 'c' }, false],
    [
      'but the second order of that message',
      claim(FLAT, 5_000),
      long('1'),
      { id: 'c#entry', leg: { of: 'c' } },
      false,
    ],
    ['but what Harpoon says again of it', claim(FLAT, 5_000), long('1'), restating('c'), false],
    ['which Harpoon says again', claim(FLAT, 500), long('1'), restating('b'), true],
  ])('%s', (_what, before, says, more, isOutdated) => {
    const planned = plan({ claim: before, says, more });
    expect(planned).toHaveProperty('kind', isOutdated ? 'unneeded' : 'order');
    if (isOutdated) expect(planned).toMatchObject({ isOutdated: true });
  });

  it('or not, in the same second, waits and says for what', () => {
    const before = claim({ ...long('2'), prev: long('1') });
    const pair = TABLE.byAnyName('BTC/USD')!;
    const at = { pair, book: { ...emptyBook(REF), claim: before } };
    const says = { ...FLAT, prev: long('5') };
    expect(words({ claim: before, says })).toBe(
      'waits: it bears the same second as the message (c, long 2) that was carried out, and what they say of before does not tell which was first: it waits for what comes between them, and a message of a later second stands above both',
    );
    expect(intentOf({ ...SIGNAL, target: says }, at)).toBe('outdated');
    expect(intentOf({ ...SIGNAL, target: { ...FLAT, prev: long('2') } }, at)).toBe('leaves');
  });
});
