/** What is told of the prices themselves, run by run, and what is kept for the next run. */
import { describe, expect, test } from 'vitest';
import { watchFeed, type FeedSight } from '../../../functions/core/alerts/feed-watch.ts';
import type { FeedState } from '../../../functions/core/alerts/state.ts';
import { MINUTE, NOON } from './rule-fixture.ts';

const PAIRS = ['BTC/USD', 'ETH/USD', 'SOL/USD'];

/** A run a minute after the other, in which all is well but what is given. */
type Run = Partial<Omit<FeedSight, 'nowMs'>>;

/** What each run tells, as short text, and the state after the last. */
function watched(runs: readonly Run[], known?: FeedState) {
  let state = known;
  const told = runs.map((run, minute) => {
    const step = watchFeed(state, {
      ...{ isAnswered: true, mode: 'online', watched: PAIRS, missing: [], stale: [], late: [] },
      ...{ lateIsOver: true, nowMs: NOON + minute * MINUTE, ...run },
    });
    if (step === undefined) return 'unchanged';
    state = step.after;
    const news = step.news.map((one) =>
      one.kind === 'market'
        ? `${one.market} since ${(one.sinceMs - NOON) / MINUTE}`
        : `${one.trouble} ${one.pairs.join(' ')}`,
    );
    return news.join(', ');
  });
  return { told, state };
}

const WELL: Run = {};
const AWAY: Run = { isAnswered: false };
const CLOSED: Run = { mode: 'maintenance' };
const SILENT: Run = { mode: undefined };

describe('the exchange as a whole', () => {
  test.for<readonly [string, readonly Run[], readonly string[]]>([
    ['well from the first run on', [WELL, WELL], ['', 'unchanged']],
    ['not answered once: a passing fault', [WELL, AWAY, WELL], ['', '', '']],
    [
      'not answered twice: told with its beginning, once, and its end with it',
      [WELL, AWAY, AWAY, AWAY, WELL],
      ['', '', 'no-data since 1', 'unchanged', 'ok since 1'],
    ],
    [
      'not answered in the first two runs of all',
      [AWAY, AWAY, WELL],
      ['', 'no-data since 0', 'ok since 0'],
    ],
    [
      'in maintenance: told at once, and once',
      [WELL, CLOSED, CLOSED, WELL],
      ['', 'maintenance since 1', 'unchanged', 'ok since 1'],
    ],
    [
      'any mode but online is one in which it does not trade normally',
      [WELL, { mode: 'post_only' }],
      ['', 'maintenance since 1'],
    ],
    [
      'a mode that nobody says is the one before',
      [WELL, SILENT, CLOSED, SILENT, WELL],
      ['', 'unchanged', 'maintenance since 2', 'unchanged', 'ok since 2'],
    ],
    [
      'a ticker that is not answered in maintenance is no trouble of its own',
      [CLOSED, { ...CLOSED, ...AWAY }, { ...SILENT, ...AWAY }, WELL],
      ['maintenance since 0', 'unchanged', 'unchanged', 'ok since 0'],
    ],
    [
      'from one trouble into the other it lasts since the first',
      [WELL, AWAY, AWAY, CLOSED, WELL],
      ['', '', 'no-data since 1', 'maintenance since 1', 'ok since 1'],
    ],
    [
      'out of maintenance and still not answered: it was told, so it is not told again',
      [CLOSED, AWAY, AWAY, WELL],
      ['maintenance since 0', '', 'unchanged', 'ok since 0'],
    ],
    [
      'a trouble after the end of another is a new one',
      [AWAY, AWAY, WELL, AWAY, WELL, CLOSED],
      ['', 'no-data since 0', 'ok since 0', '', '', 'maintenance since 5'],
    ],
  ])('%s', ([, runs, told]) => {
    expect(watched(runs).told).toEqual(told);
  });
});

describe('single pairs', () => {
  const missing = (...pairs: string[]): Run => ({ missing: pairs });
  const stale = (...pairs: string[]): Run => ({ stale: pairs });
  const late = (...pairs: string[]): Run => ({ late: pairs, lateIsOver: false });

  test.for<readonly [string, readonly Run[], readonly string[]]>([
    ['missing once is not told', [missing('BTC/USD'), WELL], ['', '']],
    [
      'missing twice is told, all such pairs together, and so is the end',
      [missing('BTC/USD', 'SOL/USD'), missing('BTC/USD', 'SOL/USD'), WELL, WELL],
      ['', 'missing BTC/USD SOL/USD', 'ended BTC/USD SOL/USD', 'unchanged'],
    ],
    [
      'missing is told once, however long it lasts',
      [missing('BTC/USD'), missing('BTC/USD'), missing('BTC/USD'), missing('BTC/USD')],
      ['', 'missing BTC/USD', 'unchanged', 'unchanged'],
    ],
    [
      'one pair that joins another is told alone',
      [missing('BTC/USD'), missing('BTC/USD', 'ETH/USD'), missing('BTC/USD', 'ETH/USD')],
      ['', 'missing BTC/USD', 'missing ETH/USD'],
    ],
    [
      'a price that stands still is told at once, and once',
      [stale('BTC/USD'), stale('BTC/USD'), WELL],
      ['stale BTC/USD', 'unchanged', 'ended BTC/USD'],
    ],
    [
      'a trouble that becomes another one is told as that, and has no end of its own',
      [stale('BTC/USD'), missing('BTC/USD'), missing('BTC/USD'), WELL],
      ['stale BTC/USD', '', 'missing BTC/USD', 'ended BTC/USD'],
    ],
    [
      'late pairs are told together at the beginning; who comes later is not told',
      [late('BTC/USD', 'ETH/USD'), late('SOL/USD')],
      ['late BTC/USD ETH/USD', 'unchanged'],
    ],
    [
      'being late is over when none was late for long enough',
      [late('BTC/USD'), { lateIsOver: false }, WELL, late('ETH/USD')],
      ['late BTC/USD', 'unchanged', 'ended BTC/USD', 'late ETH/USD'],
    ],
    [
      'of a pair that no rule watches any more no end is told',
      [stale('BTC/USD', 'ETH/USD'), { watched: ['ETH/USD'] }],
      ['stale BTC/USD ETH/USD', 'ended ETH/USD'],
    ],
    [
      'several troubles of one run are told one by one',
      [
        { ...missing('SOL/USD'), stale: ['ETH/USD'] },
        { ...missing('SOL/USD'), late: ['BTC/USD'] },
      ],
      ['stale ETH/USD', 'late BTC/USD, missing SOL/USD, ended ETH/USD'],
    ],
    [
      'while the exchange is away or closed they have neither beginning nor end',
      [
        missing('BTC/USD'),
        { ...CLOSED, ...missing('BTC/USD') },
        { ...CLOSED, ...stale('ETH/USD') },
        { ...AWAY, ...missing(...PAIRS) },
        missing('BTC/USD'),
      ],
      ['', 'maintenance since 1', 'unchanged', '', 'ok since 1, missing BTC/USD'],
    ],
    [
      'a run that is not answered says nothing of them, also before it is told',
      [stale('BTC/USD'), { ...AWAY, ...missing(...PAIRS) }, stale('BTC/USD')],
      ['stale BTC/USD', '', ''],
    ],
  ])('%s', ([, runs, told]) => {
    expect(watched(runs).told).toEqual(told);
  });

  test('are kept with since when, and whether it was told', () => {
    const runs = [stale('ETH/USD'), { ...missing('BTC/USD'), ...stale('ETH/USD') }];
    expect(watched(runs).state).toEqual({
      ...{ version: 2, market: 'ok', marketSinceMs: NOON, marketTold: false },
      pairs: {
        'BTC/USD': { trouble: 'missing', sinceMs: NOON + MINUTE, told: false },
        'ETH/USD': { trouble: 'stale', sinceMs: NOON, told: true },
      },
    });
  });
});

test('what another process has told is not told again', () => {
  const { state } = watched([AWAY, AWAY]);
  expect(watched([AWAY, WELL], state).told).toEqual(['unchanged', 'ok since 0']);
});
