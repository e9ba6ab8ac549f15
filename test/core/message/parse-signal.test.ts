import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import { secretOf, type JsonObject } from '../../../functions/core/message/message.ts';
import { parseSignal, type Envelope } from '../../../functions/core/message/parse-signal.ts';
import { REFUSALS } from '../../../functions/core/refusal.ts';

const SENT = '2026-11-22T12:00:00Z';
const SENT_MS = Date.UTC(2026, 10, 22, 12);

function source(size: Source['size'] = { kind: 'signal' }): Source {
  return {
    auth: 'tradingview',
    secret: 'harpoon/sources/btc-trend',
    accounts: ['main'],
    size,
    maxAgeMs: 60_000,
    symbols: {},
    onUnplaced: 'notify',
    notify: [],
  };
}

function root(text: string): JsonObject {
  const read = readJson(text);
  if (!read.ok || read.value.kind !== 'object') throw new Error(`not an object: ${text}`);
  return read.value;
}

function parse(fields: Record<string, unknown>, envelope: Partial<Envelope> = {}) {
  const base = { time: SENT, symbol: 'KRAKEN:XBTUSD', action: 'buy', size: '0.5' };
  const message = JSON.stringify({ ...base, ...fields });
  return parseSignal(root(message), { sourceName: 'btc-trend', source: source(), ...envelope });
}

function signalOf(fields: Record<string, unknown>, envelope: Partial<Envelope> = {}) {
  const parsed = parse(fields, envelope);
  if (!parsed.ok) throw new Error(parsed.error.sentence);
  return parsed.value.signal;
}

describe('the signal parser', () => {
  it('reads the message that the docs recommend', () => {
    const signal = signalOf({
      secret: 'x',
      id: 'Long-buy-long-2026-11-22T12:00:00Z',
      price: '98000.5',
      marketPosition: 'long',
      comment: ' a <!channel> comment ',
    });
    expect(signal).toEqual({
      id: 'Long-buy-long-2026-11-22T12:00:00Z',
      source: 'btc-trend',
      sentAtMs: SENT_MS,
      symbol: 'KRAKEN:XBTUSD',
      action: 'buy',
      type: 'market',
      size: { unit: 'base', amount: '0.5' },
      seenPrice: '98000.5',
      marketPosition: 'long',
      comment: 'a <!channel> comment',
    });
  });

  it.each([
    [{ side: 'buy' }, { action: 'buy' }],
    [{ Side: 'SELL', action: undefined }, { action: 'sell' }],
    [{ 'order-action': 'Long', action: undefined }, { action: 'buy' }],
    [
      { ORDER_TYPE: 'LIMIT', price: 1.5 },
      { type: 'limit', price: '1.5' },
    ],
    [
      { type: 'limit', limit_price: '7', close: '8' },
      { price: '7', seenPrice: '8' },
    ],
    [{ type: 'limit', price: 7, timeInForce: 'ioc' }, { timeInForce: 'IOC' }],
    [{ type: 'limit', price: 7, postOnly: 'True' }, { postOnly: true }],
    [{ action: 'sell', reduceOnly: true }, { reduceOnly: true }],
    [{ action: 'sell', marketPosition: 'FLAT' }, { marketPosition: 'flat' }],
    [{ symbol: undefined, ticker: 'XBTUSD', exchange: 'KRAKEN' }, { symbol: 'KRAKEN:XBTUSD' }],
    [{ exchange: 'kraken' }, { symbol: 'KRAKEN:XBTUSD' }],
    [{ size: undefined, contracts: 0.25 }, { size: { unit: 'base', amount: '0.25' } }],
    [{ size: '10%' }, { size: { unit: 'percent', amount: '10' } }],
    [{ size: '100 usd' }, { size: { unit: 'quote', amount: '100', currency: 'USD' } }],
    [{ time: '2026-11-22T13:30:00.25+01:30' }, { sentAtMs: SENT_MS + 250 }],
    [{ time: SENT_MS / 1_000 }, { sentAtMs: SENT_MS }],
    [{ time: `${SENT_MS / 1_000}.1234` }, { sentAtMs: SENT_MS + 123 }],
    [{ time: String(SENT_MS) }, { sentAtMs: SENT_MS }],
    [
      { time: '2026-11-22T11:59:00Z', timenow: SENT },
      { sentAtMs: SENT_MS, unknown: { time: '"2026-11-22T11:59:00Z"' } },
    ],
    [{ id: 'Long entry 1' }, { id: expect.stringMatching(/^id-sha256:[0-9a-f]{64}$/) as string }],
    [{ stopLoss: null, tp1: '', leverage: 0, trailing: 'none', test: false }, { action: 'buy' }],
    [
      { order_id: 'TV_ALERT_1', volume: 12.5 },
      { unknown: { order_id: '"TV_ALERT_1"', volume: '12.5' } },
    ],
    [
      { rsi: { value: 28.4 }, url: 'http://169.254.169.254/' },
      { unknown: { rsi: '{"value":28.4}', url: '"http://169.254.169.254/"' } },
    ],
    [
      { apiKey: 'k', more: { token: 't', rsi: 1 } },
      { unknown: { apiKey: '"[redacted]"', more: '{"rsi":1,"token":"[redacted]"}' } },
    ],
    [{ comment: '${x} %s {0}' }, { comment: '${x} %s {0}' }],
    [{ comment: 'x'.repeat(600) }, { comment: 'x'.repeat(500) }],
    [
      { comment: 'first', message: 'second' },
      { comment: 'first', unknown: { message: '"second"' } },
    ],
    [{ time: '2026-11-22T10:30:00-01:30' }, { sentAtMs: SENT_MS }],
    [{ time: '2026-11-23T11:59:00+23:59' }, { sentAtMs: SENT_MS }],
    [{ type: 'Market' }, { type: 'market' }],
    [{ type: 'limit', price: 7, timeInForce: 'gtc' }, { timeInForce: 'GTC' }],
    [{ timeInForce: 'IOC', postOnly: '0', reduceOnly: 'FALSE' }, { type: 'market' }],
    [{ action: 'sell', reduceOnly: '1' }, { reduceOnly: true }],
    [{ symbol: 'KRAKEN:A:B', exchange: 'KRAKEN' }, { symbol: 'KRAKEN:A:B' }],
    [{ side: ' ', 'Order Action': ' ' }, { action: 'buy' }],
    [{ tp1: [], stopLoss: {}, leverage: ' ' }, { action: 'buy' }],
    [
      { more: [{ token: 't' }, 'a'], otp: ['p'] },
      { unknown: { more: '[{"token":"[redacted]"},"a"]', otp: '"[redacted]"' } },
    ],
    [{ 'my__api..Key': 'k' }, { unknown: { 'my__api..Key': '"[redacted]"' } }],
    [{ ORDER__size: null, 'Client  Token': 'k' }, { unknown: { 'Client  Token': '"[redacted]"' } }],
  ])('reads %j', (fields, expected) => {
    expect(signalOf(fields)).toMatchObject(expected);
  });

  it.each([
    [{ action: undefined }, 'missing-field', 'action'],
    [{ action: 'moon' }, 'bad-field', 'write buy, sell or close'],
    [{ action: ['buy'] }, 'bad-field', 'not an object or a list'],
    [{ action: 'short' }, 'not-supported', 'spot cannot have'],
    [{ action: 'cover' }, 'not-supported', 'spot cannot have'],
    [{ action: 'close_long', size: '50%' }, 'not-supported', '"50% position"'],
    [{ action: 'target' }, 'not-supported', 'target: true in harpoon.yaml'],
    [{ side: 'sell' }, 'ambiguous-field', 'action and side'],
    [{ symbol: undefined }, 'missing-field', '{{ticker}}'],
    [{ symbol: 'BTC USD' }, 'bad-field', 'KRAKEN:BTCUSD'],
    [{ exchange: 'BINANCE' }, 'ambiguous-field', 'two exchanges'],
    [{ size: undefined }, 'missing-field', 'size'],
    [{ size: undefined, volume: '3' }, 'missing-field', 'volume of the bar'],
    [{ size: '0' }, 'bad-size', 'above zero'],
    [{ size: '-1' }, 'bad-size', 'above zero'],
    [{ size: '101%' }, 'bad-size', '100%'],
    [{ size: '300$' }, 'bad-field', '100 USD'],
    [{ price: 0 }, 'bad-price', 'above zero'],
    [{ price: '-5' }, 'bad-price', 'above zero'],
    [{ type: 'limit' }, 'missing-field', 'price'],
    [{ type: 'limit', price: 1, limitPrice: 2 }, 'ambiguous-field', 'differ'],
    [{ limitPrice: 2 }, 'ambiguous-field', 'type'],
    [{ type: 'stop-loss' }, 'not-supported', 'types: [market, limit, stop-loss]'],
    [{ type: 'crypto' }, 'bad-field', 'market, limit'],
    [{ postOnly: true }, 'ambiguous-field', 'postOnly'],
    [{ postOnly: 'maybe' }, 'bad-field', 'postOnly is not readable: write true or false'],
    [{ reduceOnly: 'maybe' }, 'bad-field', 'reduceOnly is not readable'],
    [{ type: 'limit', price: 7, postOnly: true, timeInForce: 'IOC' }, 'ambiguous-field', 'at once'],
    [{ type: 'limit', limitPrice: 'x' }, 'bad-field', 'limitPrice'],
    [{ close: 'x' }, 'bad-field', 'close'],
    [{ exchange: 'KRAKEN SPOT' }, 'bad-field', 'not an exchange'],
    [{ size: 'a 10%' }, 'bad-field', '100 USD'],
    [{ size: 'about 100 USD' }, 'bad-field', '100 USD'],
    [{ time: '2026-11-22T12:00:60Z' }, 'bad-field', 'fire time'],
    [{ time: '2026-11-22T12:00:00+24:00' }, 'bad-field', 'fire time'],
    [{ time: '2026-11-22T12:00:00+01:60' }, 'bad-field', 'fire time'],
    [{ tp1: [0] }, 'not-supported', 'tp1'],
    [{ more: [[{ tp: 5 }]] }, 'not-supported', 'more.tp'],
    [{ more: [{ rsi: 1 }, { tp: 5 }] }, 'not-supported', 'more.tp'],
    [{ more: { a: { b: 1 }, size: '9' } }, 'not-supported', 'more.size'],
    [{ [`stop ${'x'.repeat(56)}`]: 1 }, 'not-supported', `stop ${'x'.repeat(55)}... asks`],
    [{ [`stop ${'x'.repeat(55)}`]: 1 }, 'not-supported', `stop ${'x'.repeat(55)} asks`],
    [{ timeInForce: 'FOK' }, 'ambiguous-field', '"type": "limit"'],
    [{ marketPosition: 'short' }, 'not-supported', 'short'],
    [{ marketPosition: 'flat' }, 'not-supported', 'closes a short'],
    [{ reduceOnly: true }, 'not-supported', 'closes a short'],
    [{ position: '0.5' }, 'bad-field', 'long, flat or short'],
    [{ stopLoss: 67000 }, 'not-supported', 'types: [market, limit, stop-loss]'],
    [{ 'long SL': 1 }, 'not-supported', 'long SL'],
    [{ tp1: 1 }, 'not-supported', 'tp1'],
    [{ takeProfit1: { percent: 10 } }, 'not-supported', 'takeProfit'],
    [{ fixed_leverage: '5' }, 'not-supported', 'fixed_leverage'],
    [{ trailingStop: '1%' }, 'not-supported', 'types: [market, limit, trailing-stop]'],
    [{ mode: 'reverse' }, 'not-supported', 'mode'],
    [{ execution_mode: 'kraken_paper' }, 'not-supported', 'execution_mode'],
    [{ test: true }, 'not-supported', 'test'],
    [{ position_pct: 0.2 }, 'not-supported', 'position_pct'],
    [{ extra: { leverage: 5 } }, 'not-supported', 'extra.leverage'],
    [{ orders: [{ stopLoss: 5 }] }, 'not-supported', 'orders.stopLoss'],
    [{ data: { action: 'sell' } }, 'not-supported', 'data.action'],
    [{ time: undefined }, 'missing-identity', '"time": "{{timenow}}"'],
    [{ time: undefined, id: 'a' }, 'missing-field', '"time": "{{timenow}}"'],
    [{ time: '2026-11-22T12:00:00' }, 'bad-field', 'offset'],
    [{ time: '2026-02-30T12:00:00Z' }, 'bad-field', 'fire time'],
    [{ time: '2026-11-22T24:00:00Z' }, 'bad-field', 'fire time'],
    [{ time: 'today' }, 'bad-field', 'fire time'],
    [{ time: 20261122 }, 'bad-field', 'fire time'],
    [{ id: 'x'.repeat(129) }, 'bad-field', '128'],
    [{ comment: '{{strategy.order_id}}' }, 'bad-field', '{{strategy.order_id}}'],
    [{ comment: 'close}}' }, 'bad-field', 'half a placeholder'],
    [{ deep: [{ x: '{{x}}' }] }, 'bad-field', '{{x}}'],
  ])('refuses %j with %s', (fields, code, words) => {
    const parsed = parse(fields);
    expect(parsed).toMatchObject({ ok: false, error: { code } });
    expect(parsed.ok ? '' : parsed.error.sentence).toContain(words);
  });

  it.each(
    [
      ['"1e309"', '1e309', '"1e-400"', '"1e3"', '"NaN"', '"Infinity"', '"0x10"', '"1_000"'],
      [
        '"1,5"',
        '" 1 "',
        '"+1"',
        '".5"',
        '"1."',
        '"\uff11"',
        '"\u0661"',
        '"None"',
        '1e3',
        '"1.1.1"',
      ],
    ].flat(),
  )('takes %s neither as a size nor as a price', (number) => {
    for (const field of ['size', 'price']) {
      const fields = `"time":"${SENT}","symbol":"XBTUSD","action":"buy","${field}":${number}`;
      const parsed = parseSignal(root(`{${fields}}`), { sourceName: 's', source: source() });
      expect(parsed).toMatchObject({ ok: false, error: { code: 'bad-field' } });
    }
  });

  it('lets the setting of the source rule when the message has no size', () => {
    const parsed = parse(
      { size: undefined },
      { source: source({ kind: 'equity', percent: '10' }) },
    );
    expect(parsed).toMatchObject({ ok: true });
  });

  it('names a message without id by its body, whatever the order, the blanks and the secret', () => {
    const one = `{"time":"${SENT}","symbol":"XBTUSD","action":"buy","size":1,"secret":"a"}`;
    const two = `{ "secret":"b", "size":1, "action":"buy",\n"symbol":"XBTUSD","time":"${SENT}" }`;
    const other = one.replace('"size":1', '"size":1.0');
    const ids = [one, two, other].map((text) => {
      const parsed = parseSignal(root(text), { sourceName: 's', source: source() });
      return parsed.ok ? [parsed.value.signal.id, parsed.value.payloadHash] : [];
    });
    expect(ids[0]?.[0]).toBe(`sha256:${ids[0]?.[1]}`);
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]).not.toEqual(ids[2]);
  });

  it('takes identity and time from the signature where there is one', () => {
    const signed = { id: 'msg_2', atMs: SENT_MS };
    const signal = signalOf({ id: 'mine', time: undefined }, { signed });
    expect(signal).toMatchObject({ id: 'msg_2', sentAtMs: SENT_MS, unknown: { id: '"mine"' } });
  });

  it('reads no secret from a message that carries two', () => {
    expect(secretOf(root('{"secret":"a"}'))).toBe('a');
    expect(secretOf(root('{"secret":"a","passphrase":"b"}'))).toBeUndefined();
    expect(secretOf(root('{"secret":1}'))).toBeUndefined();
    expect(secretOf(root('{}'))).toBeUndefined();
  });

  it('gives every object a signal or a refusal, and never throws', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'action',
        'side',
        'size',
        'qty',
        'price',
        'time',
        'id',
        'symbol',
        'type',
        'tp',
      ),
      fc.string(),
    );
    const value = fc.oneof(
      fc.constantFrom('buy', 'limit', SENT, 'XBTUSD', '1', '10%', '5 USD', 'true'),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value), (message) => {
        const read = readJson(JSON.stringify(message));
        if (!read.ok || read.value.kind !== 'object') return;
        const parsed = parseSignal(read.value, { sourceName: 's', source: source() });
        if (parsed.ok) expect(['buy', 'sell']).toContain(parsed.value.signal.action);
        else expect(REFUSALS[parsed.error.code]).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 500 },
    );
  });
});
