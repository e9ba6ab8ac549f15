/** What the watch over sources relies on of the store: the one of its tests, and DynamoDB embedded. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dynamoHeardSources,
  dynamoSourceWatches,
} from '../../../functions/adapters/dynamo/source-watches.ts';
import { dynamoDeliveryLog } from '../../../functions/adapters/dynamo/delivery-log.ts';
import { dynamoRecalls } from '../../../functions/adapters/dynamo/recalls.ts';
import type { Recalls } from '../../../functions/core/execute/recalls.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type {
  HeardSources,
  SourceWatches,
} from '../../../functions/core/silence/source-watches.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeStore } from '../../fakes/store.ts';
import { tablesAt } from './delivery-table.ts';

interface StoreUnderTest {
  readonly heard: HeardSources;
  readonly watches: SourceWatches;
  readonly recalls: Recalls;
  told(): Promise<readonly string[]>;
}

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function inMemory(): Promise<StoreUnderTest> {
  const store = fakeStore(fakeClock());
  return { ...store, told: async () => store.notices().map(({ id }) => id) };
}

async function overDynamo(): Promise<StoreUnderTest> {
  const dynamo = await startDynamo();
  const tables = tablesAt(dynamo.url);
  stops.push(
    async () => tables.close(),
    () => dynamo.close(),
  );
  const table = await tables.fresh();
  return {
    heard: dynamoHeardSources(table),
    watches: dynamoSourceWatches(table),
    recalls: dynamoRecalls(table),
    told: async () => (await dynamoDeliveryLog(table).recent(100)).map(({ notice }) => notice.id),
  };
}

const WATCH = { countsFromMs: 1, lookedAtMs: 2 };
const notice = (id: string): Notice => {
  return { id, atMs: 5, urgency: 'page', channels: [], title: id, text: id };
};

describe.each([
  ['in memory', inMemory],
  ['over DynamoDB', overDynamo],
])('the watch over sources %s', (_name, make) => {
  let all: StoreUnderTest;
  beforeAll(async () => {
    all = await make();
  });

  it('knows nothing of a source that nobody heard and nobody looked at', async () => {
    expect(await all.watches.read('new')).toEqual({ version: 0 });
  });

  it('remembers the latest time at which a source was heard, of each source', async () => {
    for (const atMs of [1_000, 3_000, 2_000, 3_000]) await all.heard.hear('loud', atMs);
    await all.heard.hear('other', 9_000);
    expect(await all.watches.read('loud')).toEqual({ heardAtMs: 3_000, version: 0 });
  });

  it('keeps what a look found, beside when the source was heard', async () => {
    await all.heard.hear('kept', 1_000);
    expect(await all.watches.keep('kept', 0, { watch: WATCH })).toBe('kept');
    const silence = { sinceMs: 7, cancelOn: ['main'] };
    expect(await all.watches.keep('kept', 1, { watch: { ...WATCH, silence } })).toBe('kept');
    await all.heard.hear('kept', 2_000);
    expect(await all.watches.read('kept')).toEqual({
      ...{ heardAtMs: 2_000, version: 2 },
      watch: { ...WATCH, silence },
    });
  });

  it('tells what one look found, and nothing that another one found as well', async () => {
    const first = { watch: WATCH, notice: notice('first') };
    expect(await all.watches.keep('told', 0, first)).toBe('kept');
    expect(await all.watches.keep('told', 0, { watch: WATCH, notice: notice('late') })).toBe(
      'lost',
    );
    expect(await all.watches.keep('told', 0, { watch: WATCH })).toBe('lost');
    const second = { watch: { ...WATCH, lookedAtMs: 3 }, notice: notice('second') };
    expect(await all.watches.keep('told', 1, second)).toBe('kept');
    expect(await all.watches.keep('told', 1, { watch: WATCH, notice: notice('late') })).toBe(
      'lost',
    );
    expect(await all.watches.keep('told', 1, { watch: WATCH })).toBe('lost');
    expect([...(await all.told())].sort()).toEqual(['first', 'second']);
    expect(await all.watches.read('told')).toEqual({ version: 2, watch: second.watch });
  });

  it('keeps of a recall why it was asked for', async () => {
    const wish = { account: 'main', source: 'trend', signalId: 'a', askedAtMs: 1 };
    const own = { ...wish, orderKey: 'a'.repeat(64) };
    const silent = { ...wish, orderKey: 'b'.repeat(64), because: 'silence' } as const;
    for (const one of [own, silent]) await all.recalls.ask(one);
    expect(await all.recalls.asked(own)).toEqual(own);
    expect(await all.recalls.asked(silent)).toEqual(silent);
  });
});
