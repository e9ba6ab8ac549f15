/** What checking prices relies on of the store of alert rules, as one suite for every store. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertStore, RaisedSignal } from '../../../functions/core/alerts/ports.ts';
import { isOfAdded, memoryName } from '../../../functions/core/alerts/rule-name.ts';
import type { AlertRule } from '../../../functions/core/alerts/rule.ts';
import type { FeedState, RuleState } from '../../../functions/core/alerts/state.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { noticeOf } from './delivery.contract.ts';

/** A store under test, empty. */
export interface AlertStoreUnderTest {
  readonly store: AlertStore;
  /** What is in the outbox. */
  readonly notices: () => Promise<readonly Notice[]>;
}

const AT_MS = Date.UTC(2026, 10, 22, 12);

/** A rule with this id. */
export function ruleOf(id: string): AlertRule {
  return {
    id,
    text: 'BTC/USD crosses above 100000',
    conditions: [{ kind: 'cross', pair: 'BTC/USD', side: 'above', level: '100000' }],
    ...{ repeat: 'every', hysteresis: '0.2', cooldownMs: 900_000, zone: 'Europe/Berlin' },
    channels: [],
    note: 'ünïcödé 📈',
    signal: { source: 'trend', fields: { action: 'buy', empty: '' } },
  };
}

/** A state of a rule as it looks after `version` writes. */
export function stateOf(ruleId: string, version = 1): RuleState {
  const mark = { atMs: AT_MS, minuteMs: AT_MS, high: '1.10', low: '0.00000001', close: '1' };
  return {
    ...{ ruleId, version, seq: version - 1, status: 'armed', suppressed: 0 },
    conditions: [{ ready: { above: true }, holds: false }],
    marks: { 'BTC/USD': mark },
  };
}

/** The state of the prices after `version` writes. */
function feedOf(version: number): FeedState {
  const pairs = { 'BTC/USD': { trouble: 'stale', sinceMs: AT_MS, told: true } } as const;
  return { version, market: 'no-data', marketSinceMs: AT_MS, marketTold: false, pairs };
}

/** A signal that was raised. */
export function raisedOf(id: string, atMs = AT_MS): RaisedSignal {
  return { id, atMs, source: 'trend', fields: { action: 'buy', price: '0.10' } };
}

/** Runs the suite; `make` gives an empty store. */
export function alertStoreContract(name: string, make: () => Promise<AlertStoreUnderTest>): void {
  describe(name, () => {
    let store: AlertStore;
    let notices: () => Promise<readonly Notice[]>;
    beforeEach(async () => {
      ({ store, notices } = await make());
    });

    const first = (ruleId: string, ...told: Notice[]) =>
      store.commit({ before: undefined, after: stateOf(ruleId), notices: told });
    const next = (before: RuleState, ...told: Notice[]) => {
      const after = stateOf(before.ruleId, before.version + 1);
      return store.commit({ before, after, notices: told });
    };
    /** Adds a rule; its name. */
    const added = async (id: string): Promise<string> => {
      expect(await store.add(ruleOf(id))).toBe(true);
      const rule = (await store.rules()).find((one) => one.id === id);
      if (rule === undefined) throw new Error(`${id} is not there`);
      return memoryName(rule);
    };
    const noticeIds = async (): Promise<string[]> => (await notices()).map(({ id }) => id).sort();

    describe('rules', () => {
      it('come back as they were added, each once', async () => {
        const rules = Array.from({ length: 40 }, (_, at) => ruleOf(`rule-${at}`));
        for (const rule of rules) expect(await store.add(rule)).toBe(true);
        expect(await store.add({ ...ruleOf('rule-7'), note: 'other' })).toBe(false);
        const stored = [...(await store.rules())].sort((a, b) => byNumber(a.id, b.id));
        expect(stored.map(({ edition: _, ...rule }) => rule)).toEqual(rules);
        const names = stored.map(memoryName);
        expect(names.filter(isOfAdded)).toHaveLength(40);
      });

      it('are gone when they were removed, with what was remembered of them', async () => {
        const [a, b] = [await added('a'), await added('b')];
        expect(await store.states()).toEqual([]);
        expect([await first(a), await first(b), await first('file')]).toEqual(
          Array(3).fill('done'),
        );
        expect(await store.remove('a')).toBe(true);
        expect(await store.remove('a')).toBe(false);
        expect((await store.rules()).map(memoryName)).toEqual([b]);
        expect(await store.state(a)).toBeUndefined();
        const states = [...(await store.states())].sort((x, y) => byNumber(x.ruleId, y.ruleId));
        expect(states).toEqual([stateOf(b), stateOf('file')]);
      });

      it('begin anew under another name when they are added again', async () => {
        const names: string[] = [];
        for (let life = 0; life < 5; life += 1) {
          const name = await added('a');
          expect(names).not.toContain(name);
          names.push(name);
          expect(await store.state(name)).toBeUndefined();
          expect(await first(name)).toBe('done');
          expect(await next(stateOf(name))).toBe('done');
          await store.remove('a');
        }
        expect(await store.states()).toEqual([]);
      });

      it('are not begun, told or traded by a run that does not know that they are gone', async () => {
        const neverLookedAt = await added('a');
        await store.remove('a');
        const raised = raisedOf('x');
        const begin = { before: undefined, after: stateOf(neverLookedAt), raised };
        expect(await store.commit({ ...begin, notices: [noticeOf('n')] })).toBe('lost');

        const old = await added('a');
        await first(old);
        await store.remove('a');
        expect(await next(stateOf(old), noticeOf('n'))).toBe('lost');

        const now = await added('a');
        await first(now);
        expect(await next(stateOf(old), noticeOf('n'))).toBe('lost');
        expect(await first(old, noticeOf('n'))).toBe('lost');
        expect(await store.states()).toEqual([stateOf(now)]);
        expect(await noticeIds()).toEqual([]);
        expect(await store.raised(9)).toEqual([]);
      });

      it('are removed whichever edition is there', async () => {
        for (let round = 0; round < 5; round += 1) {
          await store.add(ruleOf('a'));
          await Promise.all([store.remove('a'), store.add(ruleOf('a')), store.remove('a')]);
          await store.remove('a');
          expect(await store.rules()).toEqual([]);
        }
      });

      it('are added by one of ten', async () => {
        const results = await Promise.all(
          Array.from({ length: 10 }, () => store.add(ruleOf('race'))),
        );
        expect(results.filter(Boolean)).toHaveLength(1);
        expect(await store.revision()).toBe(1);
      });
    });

    it('the revision grows with every change of a person, and with nothing else', async () => {
      const revisions = [await store.revision()];
      for (const change of [
        () => store.add(ruleOf('a')),
        () => store.mute('a', AT_MS),
        () => store.mute('a', 0),
        () => store.remove('a'),
      ]) {
        await change();
        revisions.push(await store.revision());
      }
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      const before = await store.revision();
      await first('b', noticeOf('n'));
      await store.commitFeed(feedOf(1), []);
      await store.beat(AT_MS);
      await store.remove('nobody');
      expect(await store.revision()).toBe(before);
    });

    it('mutes rules, also those of the file, until they are unmuted', async () => {
      expect(await store.mutes()).toEqual(new Map());
      await store.mute('a', AT_MS);
      await store.mute('b', AT_MS + 1);
      await store.mute('b', AT_MS + 2);
      await store.mute('c', 0);
      expect(await store.mutes()).toEqual(
        new Map([
          ['a', AT_MS],
          ['b', AT_MS + 2],
        ]),
      );
      await store.mute('a', 0);
      expect(await store.mutes()).toEqual(new Map([['b', AT_MS + 2]]));
    });

    describe('a state', () => {
      it('comes back as it was committed', async () => {
        expect(await store.state('a')).toBeUndefined();
        expect(await store.states()).toEqual([]);
        expect(await first('a')).toBe('done');
        expect(await store.state('a')).toEqual(stateOf('a'));
        const after = { ...stateOf('a', 2), firedAtMs: AT_MS, aheadMs: AT_MS + 1, seq: 1 };
        expect(await store.commit({ before: stateOf('a'), after, notices: [] })).toBe('done');
        expect(await store.states()).toEqual([after]);
      });

      it('of many rules is read with all others', async () => {
        const ids = Array.from({ length: 60 }, (_, at) => `rule-${at}`);
        await Promise.all(ids.map((id) => first(id)));
        const read = (await store.states()).map(({ ruleId }) => ruleId);
        expect(read.sort(byNumber)).toEqual(ids);
      });

      it('is written by one of two who read the same version, with all that belongs to it', async () => {
        await first('a');
        const results = await Promise.all(
          [1, 2].map((at) => {
            const after = { ...stateOf('a', 2), suppressed: at };
            const told = [noticeOf(`by-${at}`)];
            const raised = raisedOf(`by-${at}`);
            return store.commit({ before: stateOf('a'), after, notices: told, raised });
          }),
        );
        expect([...results].sort()).toEqual(['done', 'lost']);
        const winner = results.indexOf('done') + 1;
        expect(await store.state('a')).toMatchObject({ version: 2, suppressed: winner });
        expect(await noticeIds()).toEqual([`by-${winner}`]);
        expect(await store.raised(9)).toEqual([raisedOf(`by-${winner}`)]);
      });

      it('that somebody began meanwhile is not begun again', async () => {
        await first('a');
        await next(stateOf('a'));
        const again = { ...stateOf('a'), suppressed: 9 };
        const commit = { before: undefined, after: again, notices: [noticeOf('n')] };
        expect(await store.commit(commit)).toBe('lost');
        expect(await noticeIds()).toEqual([]);
      });
    });

    describe('notices', () => {
      it('are written with the state, several at once', async () => {
        await first('a', noticeOf('n1'), noticeOf('n2', { notBeforeMs: AT_MS + 5 }));
        await next(stateOf('a'), noticeOf('n3'));
        expect(await noticeIds()).toEqual(['n1', 'n2', 'n3']);
      });

      it('that are there already hinder nothing and stay as they are', async () => {
        await first('a', noticeOf('n', { title: 'first' }));
        const told = [noticeOf('n', { title: 'second' }), noticeOf('m')];
        expect(await next(stateOf('a'), ...told)).toBe('done');
        expect(await store.state('a')).toEqual(stateOf('a', 2));
        expect(await noticeIds()).toEqual(['m', 'n']);
        expect((await notices()).find(({ id }) => id === 'n')?.title).toBe('first');
      });
    });

    describe('raised signals', () => {
      it('wait until they are handed over, oldest first', async () => {
        for (const [at, id] of ['x', 'y', 'z'].entries()) {
          const raised = raisedOf(id, AT_MS + at);
          await store.commit({ before: undefined, after: stateOf(id), notices: [], raised });
        }
        expect((await store.raised(2)).map(({ id }) => id)).toEqual(['x', 'y']);
        await store.handedOver(raisedOf('x'), AT_MS + 9);
        await store.handedOver(raisedOf('x'), AT_MS + 9);
        const rest = [raisedOf('y', AT_MS + 1), raisedOf('z', AT_MS + 2)];
        expect(await store.raised(9)).toEqual(rest);
      });

      it('that nobody raised are not made by handing them over', async () => {
        await store.handedOver(raisedOf('nobody'), AT_MS);
        expect(await store.raised(9)).toEqual([]);
      });
    });

    describe('the state of the prices', () => {
      it('is written by one of two who read the same version, with its notices', async () => {
        expect(await store.feed()).toBeUndefined();
        expect(await store.commitFeed(feedOf(1), [noticeOf('f1')])).toBe('done');
        const other = { ...feedOf(1), market: 'maintenance' } as const;
        expect(await store.commitFeed(other, [noticeOf('f2')])).toBe('lost');
        expect(await store.feed()).toEqual(feedOf(1));
        expect(await store.commitFeed(feedOf(2), [])).toBe('done');
        expect(await store.commitFeed(feedOf(4), [])).toBe('lost');
        expect(await store.feed()).toEqual(feedOf(2));
        expect(await noticeIds()).toEqual(['f1']);
      });
    });

    it('the heartbeat is the time of the newest whole run', async () => {
      expect(await store.lastBeat()).toBeUndefined();
      await store.beat(AT_MS);
      await store.beat(AT_MS + 60_000);
      expect(await store.lastBeat()).toBe(AT_MS + 60_000);
    });
  });
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
