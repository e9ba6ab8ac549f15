import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapMessage, MAPPED_FIELDS } from '../../../functions/core/message/map-message.ts';
import type { MessageMap } from '../../../functions/core/message/message-map.ts';
import { parseSignal, type Envelope } from '../../../functions/core/message/parse-signal.ts';
import { FREE_SOURCE, PLAIN_SOURCE, rootOf, SENT, SENT_MS } from './message-fixture.ts';

const MAP: MessageMap = {
  action: {
    path: ['signal', 'direction'],
    values: { 'Enter Long': 'buy', exit: 'sell', '1': 'buy' },
  },
  symbol: { path: ['signal', 'symbol'] },
  size: { path: ['orders', '0', 'qty'] },
  type: { always: 'market' },
  time: { path: ['at'], time: 'ms' },
};

const MESSAGE = {
  event: 'signal.buy',
  at: SENT_MS,
  signal: { direction: 'ENTER LONG', symbol: 'XBTUSD', stopLoss: 95000, takeProfit: [99000] },
  orders: [{ qty: 0.5 }],
};

function parse(message: unknown, map: MessageMap = MAP, more: Partial<Envelope> = {}) {
  const source = { ...PLAIN_SOURCE, map };
  return parseSignal(rootOf(JSON.stringify(message)), { sourceName: 'desk', source, ...more });
}

function signalOf(message: unknown, map: MessageMap = MAP) {
  const parsed = parse(message, map);
  if (!parsed.ok) throw new Error(parsed.error.sentence);
  return parsed.value.signal;
}

function refusalOf(message: unknown, map: MessageMap = MAP): string {
  const parsed = parse(message, map);
  return parsed.ok ? 'accepted' : `${parsed.error.code}: ${parsed.error.sentence}`;
}

describe('a message of a source with a map', () => {
  it('is read where the map says, and kept for the record without what was read', () => {
    expect(signalOf(MESSAGE)).toMatchObject({
      action: 'buy',
      symbol: 'XBTUSD',
      size: { unit: 'base', amount: '0.5' },
      type: 'market',
      sentAtMs: SENT_MS,
      unknown: { event: '"signal.buy"', orders: '[{"qty":0.5}]' },
    });
    expect(signalOf(MESSAGE).unknown).not.toHaveProperty('at');
  });

  const FLAGS: MessageMap = {
    ...MAP,
    action: { flags: { buy: 'buy', sell: 'sell', 'exit.all': 'close' } },
  };

  it.each<[string, object, string]>([
    ['the one that is true', { buy: true, sell: false }, 'buy'],
    ['another one', { buy: false, sell: true, exit: { all: false } }, 'sell'],
    ['as text, in any case', { buy: 'faLse', sell: 'True' }, 'sell'],
    ['as a number', { buy: 0, sell: 1 }, 'sell'],
    ['where the others are not there, empty or null', { buy: null, sell: 'yes', exit: {} }, 'sell'],
  ])('is what its flags say: %s', (_what, flags, action) => {
    expect(signalOf({ ...MESSAGE, ...flags }, FLAGS)).toMatchObject({ action });
  });

  it('keeps none of its flags for the record', () => {
    const { unknown } = signalOf({ ...MESSAGE, buy: true, sell: false }, FLAGS);
    expect(unknown).toHaveProperty('event');
    expect(unknown).not.toHaveProperty('buy');
    expect(unknown).not.toHaveProperty('sell');
  });

  it.each<[string, object, string]>([
    ['two', { buy: true, sell: true }, 'ambiguous-field: buy and sell are true in one message'],
    ['none', { buy: false }, 'missing-field: none of buy, sell, exit.all is true, where'],
    ['a word', { buy: 'long' }, 'bad-field: buy is neither true nor false, and'],
    ['a list', { buy: [true] }, 'bad-field: buy is neither true nor false, and'],
  ])('is refused where its flags say %s', (_what, flags, sentence) => {
    expect(refusalOf({ ...MESSAGE, ...flags }, FLAGS)).toContain(sentence);
  });

  it('lacks what no flag says, where that may lack', () => {
    const map: MessageMap = { ...MAP, postOnly: { flags: { maker: 'true' } } };
    expect(signalOf({ ...MESSAGE, maker: false }, map)).not.toHaveProperty('postOnly', true);
  });

  it('reads nothing else, whatever our names of it are', () => {
    const more = { leverage: 20, type: 'LONG', price: 'x', action: 'sell', size: '9', tp1: 5 };
    const { unknown: _, id: _id, ...signal } = signalOf({ ...MESSAGE, ...more });
    const { unknown: _1, id: _2, ...plain } = signalOf(MESSAGE);
    expect(signal).toEqual(plain);
  });

  it.each([
    [{ signal: { ...MESSAGE.signal, direction: 1 } }, { action: 'buy' }],
    [{ signal: { ...MESSAGE.signal, direction: ' Exit ' } }, { action: 'sell' }],
  ])('reads the value of %j in its table', (change, expected) => {
    expect(signalOf({ ...MESSAGE, ...change })).toMatchObject(expected);
  });

  it.each<[unknown, string]>([
    [
      { ...MESSAGE, signal: { ...MESSAGE.signal, direction: 'up' } },
      'bad-field: signal.direction is "up", which sources.desk.map.action.values in harpoon.yaml does not know: add what it means there, or stop the sender from sending it.',
    ],
    [
      { ...MESSAGE, signal: { ...MESSAGE.signal, direction: 'x'.repeat(41) } },
      'bad-field: signal.direction has a value, which sources.desk.map.action.values in harpoon.yaml does not know: add what it means there, or stop the sender from sending it.',
    ],
    [
      { ...MESSAGE, signal: {} },
      'missing-field: signal.direction is missing or empty, where sources.desk.map.action reads the action: send it, or correct the path in harpoon.yaml.',
    ],
    [
      { ...MESSAGE, orders: [] },
      'missing-field: orders.0.qty is missing or empty, where sources.desk.map.size reads the size: send it, or correct the path in harpoon.yaml.',
    ],
    [
      { ...MESSAGE, orders: 'none' },
      'missing-field: orders.0.qty is missing or empty, where sources.desk.map.size reads the size: send it, or correct the path in harpoon.yaml.',
    ],
    [
      { ...MESSAGE, at: null },
      'missing-field: at is missing or empty, where sources.desk.map.time reads the time: send it, or correct the path in harpoon.yaml.',
    ],
    [
      { ...MESSAGE, signal: { ...MESSAGE.signal, symbol: ['XBTUSD'] } },
      'bad-field: signal.symbol is not a single value: let the path of sources.desk.map.symbol in harpoon.yaml go on to one.',
    ],
    [
      { ...MESSAGE, at: 'noon' },
      'bad-field: at is not a time in milliseconds since 1970: correct the unit at sources.desk.map.time.time in harpoon.yaml, or leave the unit out for a time such as 2026-01-31T12:00:00Z.',
    ],
    [
      { ...MESSAGE, at: 12 },
      'bad-field: at is not a time in milliseconds since 1970: correct the unit at sources.desk.map.time.time in harpoon.yaml, or leave the unit out for a time such as 2026-01-31T12:00:00Z.',
    ],
    [
      { ...MESSAGE, note: '{{close}}' },
      'bad-field: note: the placeholder {{close}} was not replaced: check its spelling, and that this kind of alert fills it.',
    ],
    [
      { ...MESSAGE, signal: { ...MESSAGE.signal, symbol: 'a b' } },
      'bad-field: signal.symbol is not a symbol: write one such as KRAKEN:BTCUSD.',
    ],
  ])('%j is refused with path and remedy', (message, said) => {
    expect(refusalOf(message)).toBe(said);
  });

  it.each([
    ['s', SENT_MS / 1_000],
    ['s', `${SENT_MS / 1_000}.0009`],
    ['ms', SENT_MS],
    ['us', `${SENT_MS}999`],
    ['ns', `${SENT_MS}999999`],
  ] as const)('reads a time in %s, %s, to the millisecond', (time, at) => {
    const map = { ...MAP, time: { path: ['at'], time } };
    expect(signalOf({ ...MESSAGE, at }, map).sentAtMs).toBe(SENT_MS);
  });

  it('leaves a field out that is mapped and not there, where the trade stays the same', () => {
    const map = { ...MAP, price: { path: ['px'] }, comment: { path: ['why'] } };
    expect(signalOf({ ...MESSAGE, px: null }, map)).not.toHaveProperty('seenPrice');
    expect(signalOf({ ...MESSAGE, px: 98000, why: 'up' }, map)).toMatchObject({
      seenPrice: '98000',
      comment: 'up',
    });
  });

  it('is named by its whole body, so that a changed map does not make it a new signal', () => {
    const other = parse(MESSAGE, {
      ...MAP,
      type: { path: ['event'], values: { 'signal.buy': 'market' } },
    });
    const same = parse(MESSAGE);
    expect(other.ok && same.ok && other.value.payloadHash === same.value.payloadHash).toBe(true);
  });

  it('never keeps a secret, nor the token that authenticates it', () => {
    const secrets = {
      secret: 'hunter2',
      apiKey: 'hunter2',
      more: { token: 'hunter2' },
      pin: 'hunter2',
    };
    const source = { ...PLAIN_SOURCE, map: MAP, auth: { kind: 'token', field: 'pin' } } as const;
    const root = rootOf(JSON.stringify({ ...MESSAGE, ...secrets }));
    const parsed = parseSignal(root, { sourceName: 'desk', source });
    expect(parsed.ok).toBe(true);
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
    const unmapped = parseSignal(
      rootOf(`{"action":"buy","symbol":"X","size":1,"time":"${SENT}","code":"hunter2"}`),
      { sourceName: 'desk', source: { ...PLAIN_SOURCE, auth: { kind: 'token', field: 'code' } } },
    );
    expect(unmapped.ok).toBe(true);
    expect(JSON.stringify(unmapped)).not.toContain('hunter2');
  });

  it('is the same signal whatever its token is', () => {
    const source = { ...PLAIN_SOURCE, map: MAP, auth: { kind: 'token', field: 'pin' } } as const;
    const hashes = ['old', 'new'].map((pin) => {
      const parsed = parseSignal(rootOf(JSON.stringify({ ...MESSAGE, pin })), {
        sourceName: 'desk',
        source,
      });
      return parsed.ok ? parsed.value.payloadHash : 'refused';
    });
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('is not asked for when the message is our own', () => {
    const own = { action: 'sell', symbol: 'BTC/USD', size: '1', time: SENT };
    expect(refusalOf(own)).toMatch(/^missing-field: signal\.direction/);
    expect(parse(own, MAP, { ownWords: true })).toMatchObject({
      ok: true,
      value: { signal: { action: 'sell' } },
    });
  });

  it('gives a signal or a refusal for every message and every map, and never throws', () => {
    const key = fc.constantFrom('a', 'b', '0', 'time', 'secret');
    const mapped = fc.oneof(
      fc.record({ always: fc.constantFrom('buy', 'limit', '1', '') }),
      fc.record(
        {
          path: fc.array(key, { minLength: 1, maxLength: 3 }),
          values: fc.constantFrom({ a: 'buy' }, { '1': 'sell', x: '2' }),
          time: fc.constantFrom('s', 'ms', 'us', 'ns' as const),
        },
        { requiredKeys: ['path'] },
      ),
    );
    const maps = fc.dictionary(fc.constantFrom(...MAPPED_FIELDS), mapped);
    const leaf = fc.oneof(fc.string(), fc.constantFrom('a', '1', SENT), fc.integer(), fc.boolean());
    const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(key, value), maps, (message, map) => {
        const root = rootOf(JSON.stringify(message));
        const read = mapMessage(root, map, 'desk');
        const envelope = { sourceName: 'desk', source: { ...FREE_SOURCE, map } };
        const parsed = parseSignal(root, envelope);
        if (!parsed.ok) expect(parsed.error.sentence).toMatch(/^[^]{10,600}\.$/);
        if (!read.ok) expect(parsed.ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
