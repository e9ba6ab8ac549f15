import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { Pictures } from '../../../functions/core/notifications/message-picture.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { BTC_USD } from './delivery-fixture.ts';

const PNG = Uint8Array.of(0x89);

function world(paint: () => Promise<Uint8Array> = async () => PNG) {
  const [clock, log] = [fakeClock(), fakeLog()];
  let painted = 0;
  const painter = {
    paint: async () => {
      painted += 1;
      return paint();
    },
  };
  const feed = { pairs: async () => [BTC_USD], candles: async () => [] };
  const pictures = new Pictures({ clock, log, feed, painter }, clock.nowMs() + 30_000);
  const plain = (id: string): Notice => ({
    ...{ id, atMs: clock.nowMs(), urgency: 'info', channels: [], title: 'T', text: 't' },
  });
  const charted = (id: string): Notice => ({
    ...plain(id),
    chart: { pair: 'BTC/USD', atMs: clock.nowMs(), levels: [], zone: 'UTC' },
  });
  return { clock, log, pictures, plain, charted, painted: () => painted };
}

describe('the pictures of a run', () => {
  it('are of the first notice that has a chart', async () => {
    const { pictures, plain, charted } = world();
    expect(await pictures.of([plain('a'), charted('b')])).toBe(PNG);
    expect(await pictures.of([plain('a')])).toBeUndefined();
  });

  it('are at most twelve; those that are drawn are still given', async () => {
    const { pictures, charted, painted } = world();
    for (let n = 1; n <= 12; n += 1) expect(await pictures.of([charted(`n${n}`)])).toBe(PNG);
    expect(await pictures.of([charted('n13')])).toBeUndefined();
    expect(await pictures.of([charted('n12')])).toBe(PNG);
    expect(painted()).toBe(12);
  });

  it('end after two that failed, each of which is in the log', async () => {
    const { pictures, charted, painted, log } = world(() => Promise.reject(new Error('no font')));
    for (const id of ['a', 'b', 'c']) {
      expect(await pictures.of([charted(id)])).toBeUndefined();
    }
    expect(painted()).toBe(2);
    expect(log.lines).toHaveLength(2);
    expect(log.lines[0]).toContain('"no-picture","pair":"BTC/USD","error":"Error: no font"');
  });

  it('are begun until their time is up', async () => {
    const { pictures, charted, clock } = world();
    clock.advance(29_999);
    expect(await pictures.of([charted('a')])).toBe(PNG);
    clock.advance(1);
    expect(await pictures.of([charted('b')])).toBeUndefined();
  });
});
