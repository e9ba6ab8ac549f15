import { describe, expect, it } from 'vitest';
import {
  refusedMessageNotice,
  reusedIdNotice,
} from '../../../functions/core/notices/signal-notice.ts';
import { TEST_CONFIG, TREND } from '../order-fixture.ts';
import { context, factsOf, SECRET, SENT_AT_MS, sentRow, sound, ZONED } from './notice-fixture.ts';

describe('a message that left no order', () => {
  const source = { name: 'trend', source: TREND };
  const reason = { code: 'bad-field', sentence: 'the field "size" is no number.' } as const;

  it('is told once for the same message, with its reason and never its text', () => {
    const notice = (body: string) =>
      refusedMessageNotice(source, { reason, body: new TextEncoder().encode(body) }, context);
    const first = notice(SECRET);
    expect(first).toMatchObject({ urgency: 'warning', channels: ['ops'], subject: 'order' });
    expect(factsOf(first)).toMatchObject({ Source: 'trend', Message: `${SECRET.length} bytes` });
    expect(first.id).toBe(notice(SECRET).id);
    expect(first.id).not.toBe(notice('another').id);
    sound(first);
    const large = refusedMessageNotice(source, { reason, body: 'too-large' }, context);
    expect(factsOf(large)['Message']).toBe('too-large');
  });

  it('is told with the numbers of the order that it is not', () => {
    const row = sentRow();
    const notice = reusedIdNotice(row, 'this id came before.', ZONED);
    expect(notice.id).toBe(`${row.orderKey}-reused-${row.payloadHash.slice(0, 16)}`);
    expect(notice.channels).toEqual(['ops']);
    expect(notice.text).toContain('Signal signal: this id came before.\nThe first message stands');
    expect(factsOf(notice)).toEqual({
      Side: 'buy',
      Symbol: 'KRAKEN:XBTUSD',
      Account: 'main',
      Source: 'trend',
      'Signal age': '0 s',
      'Signal id': 'signal',
      'Client order id': row.clientOrderId,
    });
    sound(notice);
  });

  it('says how old it was, and never that it is younger than nothing', () => {
    const row = sentRow();
    const age = (afterMs: number) =>
      factsOf(reusedIdNotice({ ...row, receivedAtMs: SENT_AT_MS + afterMs }, 'so.', ZONED))[
        'Signal age'
      ];
    expect([age(3_000), age(-3_000)]).toEqual(['3 s', '0 s']);
  });

  it('goes to every channel when its source is gone', () => {
    const gone = { ...ZONED, sources: {} };
    expect(reusedIdNotice(sentRow(), 'so.', gone).channels).toEqual([]);
  });

  it('is read in the zone of its reader', () => {
    const refused = (config: typeof TEST_CONFIG) =>
      refusedMessageNotice(source, { reason, body: 'too-large' }, { config, atMs: 5 });
    expect(refused(ZONED).zone).toBe('Europe/Berlin');
    expect(refused(TEST_CONFIG)).not.toHaveProperty('zone');
    expect(reusedIdNotice(sentRow(), 'so.', ZONED).zone).toBe('Europe/Berlin');
    expect(reusedIdNotice(sentRow(), 'so.', TEST_CONFIG)).not.toHaveProperty('zone');
  });
});
