import { describe, expect, it } from 'vitest';
import { KNOWN_TEXTS, verdictOnText } from '../../functions/core/answer.ts';
import { unreadable, UNREADABLE, whole } from './answer-bodies.ts';
import { missing } from './coverage.ts';
import { CRASH_POINTS } from './crash-table.ts';
import { AFTER, BEFORE, BEFORE_DRAWN, LIMITS, written } from './exchange-temper.ts';
import { Random } from './random.ts';

describe('what a long run must have seen', () => {
  it('is every numbered point, and everything is missing from a run that saw nothing', () => {
    expect(CRASH_POINTS).toHaveLength(30);
    const all = missing(new Set(), 'long');
    for (const { name } of CRASH_POINTS) expect(all).toContain(name);
    for (const text of KNOWN_TEXTS) expect(all).toContain(`said before: ${text}`);
    expect(all.length).toBeGreaterThan(missing(new Set(), 'short').length);
  });

  it('is nothing more once it was seen', () => {
    const all = missing(new Set(), 'long');
    const seen = new Set([...all, ...CRASH_POINTS.flatMap((point) => point.seen)]);
    expect(missing(seen, 'long')).toEqual([]);
  });
});

describe('an answer of the simulated exchange', () => {
  it('means the same however Kraken writes its text', () => {
    for (const text of BEFORE) {
      expect(verdictOnText(written(text)).verdict).toBe(verdictOnText(text).verdict);
      expect(BEFORE_DRAWN).toContain(text);
    }
  });

  it('says after an order was placed only what promises nothing, or a limit where it is drawn so', () => {
    for (const text of AFTER) expect(verdictOnText(written(text)).verdict).toBe('unknown');
    for (const text of LIMITS) {
      expect(verdictOnText(written(text)).verdict).toBe('refused-before-engine');
    }
  });

  it('is read as a whole one, or as none that names an order alone', () => {
    const result = { descr: { order: 'buy' }, txid: ['OSIM1'] };
    expect(whole([], result)).toEqual({ kind: 'answered', errors: [], result });
    const random = new Random(1, 'bodies');
    const kinds = new Set<string>();
    for (let count = 0; count < 300; count += 1) {
      const { kind, answer } = unreadable(result, random);
      kinds.add(kind);
      expect(answer).not.toEqual(whole([], result));
    }
    expect([...kinds].sort()).toEqual([...UNREADABLE].sort());
  });
});
