/** Messages in the words of other senders, and orders of other types, from the door to the row. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { BODY_SECRET, harness } from './harness.ts';

const MAP: Source['map'] = {
  action: { path: ['signal', 'direction'], values: { LONG: 'buy' } },
  symbol: { path: ['signal', 'symbol'] },
  size: { path: ['signal', 'lots', '0'] },
  time: { path: ['at'], time: 'ms' },
};

function webhook(source: Partial<Source>) {
  const world = harness({ source: { size: { kind: 'signal' }, ...source } });
  const send = (message: Readonly<Record<string, unknown>>, contentType = 'application/json') =>
    world.post({
      headers: { 'content-type': contentType },
      body: JSON.stringify({ secret: BODY_SECRET, ...message }),
    });
  return { ...world, send };
}

describe('a message in the words of its sender', () => {
  const message = (atMs: number) => ({
    at: atMs,
    signal: { direction: 'long', symbol: 'XBTUSD', lots: ['0.002'], stopLoss: 90_000 },
  });

  it.each(['application/json', 'text/plain', 'text/plain; charset=utf-8'])(
    'becomes an order row by its map, sent as %s',
    async (contentType) => {
      const { send, store, clock } = webhook({ map: MAP });
      const answer = await send(message(clock.nowMs() - 1_000), contentType);
      expect([answer.status, answer.body.status]).toEqual([200, 'accepted']);
      expect(store.rows()[0]?.signal).toMatchObject({
        action: 'buy',
        symbol: 'XBTUSD',
        type: 'market',
        size: { unit: 'base', amount: '0.002' },
        sentAtMs: clock.nowMs() - 1_000,
      });
      expect(JSON.stringify(store.rows())).not.toContain(BODY_SECRET);
    },
  );

  it('is refused with the path that is wrong, told, and trades nothing', async () => {
    const { send, store, queue, clock } = webhook({ map: MAP });
    const { signal, ...rest } = message(clock.nowMs());
    const answer = await send({ ...rest, signal: { ...signal, direction: 'SHORT' } });
    const sentence =
      'signal.direction is "SHORT", which sources.btc-trend.map.action.values in harpoon.yaml does not know: add what it means there, or stop the sender from sending it.';
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-field', message: sentence } });
    expect([store.rows(), queue.sent]).toEqual([[], []]);
    expect(store.notices()[0]?.text).toContain(sentence);
  });
});

describe('an order of another type', () => {
  const stop = (atMs: number) => ({
    ...{ time: new Date(atMs).toISOString(), symbol: 'KRAKEN:XBTUSD', action: 'sell' },
    ...{ size: '0.001', type: 'stop', stopPrice: '-5%', expire: '+1d', reduceOnly: true },
  });

  it('becomes a row with all of its terms where the source may ask for it', async () => {
    const { send, store, clock } = webhook({ allow: { types: ['market', 'stop-loss'] } });
    const atMs = Math.floor(clock.nowMs() / 1_000) * 1_000 - 1_000;
    expect((await send(stop(atMs))).body.status).toBe('accepted');
    expect(store.rows()[0]?.signal).toMatchObject({
      ...{ type: 'stop-loss', price: '-5%', timeInForce: 'GTD', expireAtMs: atMs + 86_400_000 },
      reduceOnly: true,
    });
  });

  it('is refused with the line of harpoon.yaml that would allow it', async () => {
    const { send, store, clock } = webhook({});
    const answer = await send(stop(clock.nowMs()));
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(
      'write types: [market, limit, stop-loss] at sources.btc-trend.allow in harpoon.yaml',
    );
    expect(store.rows()).toEqual([]);
  });
});
