/** A run that has just begun. */
import { expect, test } from 'vitest';
import { beginRun, surroundings } from '../../../functions/core/alerts/check-run.ts';
import { alertMemory } from '../../../functions/core/alerts/memory.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakePriceFeed } from '../../fakes/price-feed.ts';
import { NOON } from './rule-fixture.ts';
import { quoteOf } from './sight-fixture.ts';

function begun() {
  const clock = fakeClock(NOON);
  const feed = fakePriceFeed(clock, {});
  const [store, log, memory] = [fakeAlertStore(), fakeLog(), alertMemory()];
  return beginRun({ config: {}, clock, feed, store, log, memory });
}

test('is neither answered nor whole, so that one that dies is not taken for a good one', () => {
  expect(begun()).toMatchObject({
    ...{ beganAtMs: NOON, answered: false, storeFaults: 0 },
    done: { fired: 0, lost: 0, whole: false },
  });
});

test('knows of each pair what it has read of it, and nothing of the others', () => {
  const run = begun();
  const range = () => undefined;
  run.quotes = new Map([['BTC/USD', quoteOf()]]);
  run.views.set('BTC/USD', { rows: [], running: true, readAtMs: NOON, range });
  const around = surroundings(run);
  const seen = (pair: string) => [around.quote(pair), around.range(pair)];
  expect(seen('BTC/USD')).toEqual([quoteOf(), range]);
  expect(seen('ETH/USD')).toEqual([undefined, undefined]);
});
