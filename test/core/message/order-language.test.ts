import { describe, expect, it } from 'vitest';
import {
  mayHave,
  mustHave,
  ORDER_TERMS,
  ORDER_TYPES,
  typeOf,
  type Term,
} from '../../../functions/core/message/order-terms.ts';
import type { OrderType, TimeInForce } from '../../../functions/core/signal.ts';
import { NEEDED, PLAIN_SOURCE, refusalOf, SENT_MS, signalOf } from './message-fixture.ts';

/** A good value of each term. */
const VALUES: Readonly<Record<Term, string>> = {
  price: '98000',
  price2: '97000',
  trigger: 'index',
  displayVolume: '0.1',
  start: '+1h',
  expire: '+2h',
  postOnly: 'true',
  leverage: '3',
  selfTrade: 'cancel-both',
};
const TERMS = Object.keys(VALUES) as readonly Term[];
const EACH = ORDER_TYPES.map((type) => [type] as const);

describe.each(EACH)('an order of type %s', (type) => {
  it('is read with what it needs', () => {
    expect(signalOf({ type, ...NEEDED[type] })).toMatchObject({ type, ...NEEDED[type] });
  });

  it.each(TERMS.filter((term) => mustHave(type, term)))('is refused without %s', (term) => {
    const { [term]: _, ...rest } = NEEDED[type];
    const said = `missing-field: an order of type ${type} needs "${term}": write `;
    expect(refusalOf({ type, ...rest }).startsWith(said)).toBe(true);
  });

  const others = TERMS.filter((term) => term !== 'price' && !(term in NEEDED[type]));
  it.each(others.filter((term) => mayHave(type, term)))('may have %s', (term) => {
    expect(Object.keys(signalOf({ type, ...NEEDED[type], [term]: VALUES[term] })).join()).toMatch(
      new RegExp(`\\b${term}`),
    );
  });

  it.each(others.filter((term) => !mayHave(type, term)))('is refused with %s', (term) => {
    const said = refusalOf({ type, ...NEEDED[type], [term]: VALUES[term] });
    expect(said).toMatch(/^ambiguous-field: .*leave it out, or write "type": "/);
    expect(said).toContain(term);
  });

  it.each(['GTC', 'IOC', 'FOK', 'GTD'] as const)('holds %s to the table', (timeInForce) => {
    const expire = timeInForce === 'GTD' ? { expire: '+1h' } : {};
    const fields = { type, ...NEEDED[type], timeInForce, ...expire };
    const idle = ORDER_TERMS[type].timeInForce.length === 0 && ['GTC', 'IOC'].includes(timeInForce);
    if (ORDER_TERMS[type].timeInForce.includes(timeInForce)) {
      expect(signalOf(fields).timeInForce).toBe(timeInForce);
    } else if (idle) expect(signalOf(fields).timeInForce).toBeUndefined();
    else
      expect(refusalOf(fields)).toMatch(
        /^ambiguous-field: .* does not belong to an order of type /,
      );
  });

  it('needs to be allowed, except for market and limit', () => {
    const said = refusalOf({ type, ...NEEDED[type] }, { source: PLAIN_SOURCE });
    const sentence = `not-supported: this source may not ask for ${type} orders: to allow it write types: [market, limit, ${type}] at sources.desk.allow in harpoon.yaml.`;
    if (type === 'market' || type === 'limit') expect(said).toMatch(/^accepted/);
    else expect(said).toBe(sentence);
  });
});

describe('the words for order types', () => {
  it.each<[string, OrderType]>([
    ['STOP_LOSS_LIMIT', 'stop-loss-limit'],
    ['Stop Limit', 'stop-loss-limit'],
    ['stop', 'stop-loss'],
    ['takeProfit', 'take-profit'],
    ['MIT', 'take-profit'],
    ['Trailing Stop', 'trailing-stop'],
    ['lmt', 'limit'],
  ])('%s means %s', (word, type) => {
    expect(typeOf(word)).toBe(type);
  });

  it('mean one type each', () => {
    const words = ORDER_TYPES.flatMap((type) => [
      type.replaceAll('-', ''),
      ...ORDER_TERMS[type].words.filter((word) => word !== type.replaceAll('-', '')),
    ]);
    expect(new Set(words).size).toBe(words.length);
    for (const type of ORDER_TYPES) {
      for (const word of ORDER_TERMS[type].words) expect(typeOf(word)).toBe(type);
    }
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['leaves', { reduceOnly: true }, /^ambiguous-field: reduceOnly says something of a trade/],
    ['ends somewhere', { marketPosition: 'flat' }, /^ambiguous-field: marketPosition says/],
    ['brings a stop', { stopLoss: '2%' }, /^ambiguous-field: stopLoss says/],
    ['brings a limited one', { stopLossLimit: '1%' }, /^ambiguous-field: stopLossLimit says/],
    ['brings one that trails', { trailingStop: '2%' }, /^ambiguous-field: trailingStop says/],
    ['takes profits', { takeProfit: '2%' }, /^ambiguous-field: takeProfit says/],
    ['is on spot', { leverage: '1' }, /leverage/],
    ['closes', { action: 'close' }, /closes a position, which on a source with leverage/],
  ])('settle-position is no trade, so none that %s', (_what, more, expected) => {
    expect(refusalOf({ type: 'settle-position', leverage: '2', ...more })).toMatch(expected);
  });

  it.each(['oco', 'bracket', 'TWAP'])('%s is more than one order', (type) => {
    expect(refusalOf({ type })).toMatch(/^not-supported: .* one message for each order\.$/);
  });
});

describe('prices', () => {
  it.each([
    [{ type: 'limit', price: '-2%' }, { price: '-2%' }],
    [{ type: 'limit', price: '+50.0' }, { price: '+50' }],
    [{ type: 'limit', price: 'last-50' }, { price: '-50' }],
    [{ type: 'limit', price: 'LAST+0.5%' }, { price: '+0.5%' }],
    [
      { type: 'stop limit', price: '9', price2: 'trigger-1' },
      { price: '9', price2: '-1' },
    ],
    [{ type: 'limit', limitPrice: '98000.10' }, { price: '98000.1' }],
    [
      { type: 'stop', stopPrice: '95000' },
      { type: 'stop-loss', price: '95000' },
    ],
    [
      { type: 'stop limit', stopPrice: '95000', limitPrice: '-0.5%' },
      { type: 'stop-loss-limit', price: '95000', price2: '-0.5%' },
    ],
    [{ type: 'trailing-stop', trailBy: '2%' }, { price: '+2%' }],
    [{ type: 'trailing-stop', price: '+500' }, { price: '+500' }],
    [
      { type: 'trailing-stop-limit', price: '+2%', limitPrice: '-50' },
      { price: '+2%', price2: '-50' },
    ],
    [{ type: 'market', price: '98000' }, { seenPrice: '98000' }],
    [{ type: 'stop-loss', price: '95000', close: '98000' }, { seenPrice: '98000' }],
    [{ type: 'limit', price: '1', limit: '1.0' }, { price: '1' }],
    [{ price2: '0', stopPrice: 'none', leverage: 1 }, { type: 'market' }],
  ])('%j mean %j', (fields, expected) => {
    expect(signalOf(fields)).toMatchObject(expected);
  });

  it.each([
    [{ type: 'limit', price: '2%' }, 'bad-field', 'needs a sign'],
    [{ type: 'limit', price: '-100%' }, 'bad-price', 'less than -100%'],
    [{ type: 'limit', price: '-50' }, 'bad-price', 'last-50'],
    [{ type: 'limit', price: -50 }, 'bad-price', 'last-50'],
    [{ type: 'stop limit', price: '9', price2: '-1' }, 'bad-price', 'trigger-1'],
    [{ type: 'limit', price: 'trigger-50' }, 'bad-field', 'price'],
    [{ type: 'limit', price: '#5' }, 'bad-field', 'price'],
    [{ type: 'limit', price: '+-5' }, 'bad-field', '-2% or +50'],
    [{ type: 'limit', price: '+0' }, 'bad-field', 'above zero'],
    [{ type: 'limit', price: '-5%', limitPrice: '-6%' }, 'ambiguous-field', 'differ'],
    [{ type: 'market', price: '-2%' }, 'bad-field', 'price'],
    [{ type: 'market', stopPrice: '95000' }, 'ambiguous-field', '"stop-loss"'],
    [{ type: 'limit', price: '1', stopPrice: '2' }, 'ambiguous-field', '"stop-loss-limit"'],
    [{ type: 'limit', price: '1', price2: '2' }, 'ambiguous-field', '"stop-loss-limit"'],
    [{ type: 'stop-loss', price: '1', trailBy: '2%' }, 'ambiguous-field', '"trailing-stop"'],
    [{ type: 'trailing-stop', price: '98000' }, 'bad-field', '+2% or +50'],
    [{ type: 'trailing-stop', price: '-2%' }, 'bad-field', '+2% or +50'],
    [{ type: 'trailing-stop', price: '100%' }, 'bad-price', 'leaves no price'],
    [{ type: 'trailing-stop-limit', price: '+2%', price2: '94000' }, 'bad-field', 'its sign'],
  ])('%j are refused as %s', (fields, code, words) => {
    expect(refusalOf(fields)).toMatch(new RegExp(`^${code}: `));
    expect(refusalOf(fields)).toContain(words);
  });
});

describe('how long an order stays', () => {
  const limit = { type: 'limit', price: '98000' };

  it.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ expire: '+2h' }, { timeInForce: 'GTD', expireAtMs: SENT_MS + 7_200_000 }],
    [{ timeInForce: 'gtd', expireTime: '+1d' }, { expireAtMs: SENT_MS + 86_400_000 }],
    [{ start: '+30s' }, { startAtMs: SENT_MS + 30_000 }],
    [{ startTime: '2026-11-22T12:05:00.5Z' }, { startAtMs: SENT_MS + 300_500 }],
    [{ expiretm: SENT_MS / 1_000 + 60 }, { expireAtMs: SENT_MS + 60_000 }],
    [{ expire: 0, start: '0' }, { type: 'limit' }],
    [{ timeInForce: 'FOK' }, { timeInForce: 'FOK' }],
  ])('%j means %j', (fields, expected) => {
    expect(signalOf({ ...limit, ...fields })).toMatchObject(expected);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ timeInForce: 'GTD' }, 'missing-field', '"expire"'],
    [{ timeInForce: 'IOC', expire: '+1h' }, 'ambiguous-field', 'contradicts IOC'],
    [{ timeInForce: 'DAY' }, 'bad-field', 'GTC, IOC, FOK or GTD'],
    [{ expire: '2h' }, 'bad-field', '+2h'],
    [{ expire: '+2w' }, 'bad-field', '+1d'],
    [{ expire: '+0s' }, 'bad-field', 'not later'],
    [{ expire: '+100000000d' }, 'bad-field', 'write a time such as'],
    [{ start: '+999999999d' }, 'bad-field', 'write a time such as'],
    [{ expire: '2026-11-22T12:00:00Z' }, 'bad-field', 'not later'],
    [{ start: '+2h', expire: '+1h' }, 'ambiguous-field', 'not later than start'],
    [{ timeInForce: 'FOK', postOnly: true }, 'ambiguous-field', 'at once'],
  ])('%j is refused as %s', (fields, code, words) => {
    expect(refusalOf({ ...limit, ...fields })).toMatch(new RegExp(`^${code}: `));
    expect(refusalOf({ ...limit, ...fields })).toContain(words);
  });
});

it('every time in force is of some type', () => {
  const all = new Set<TimeInForce>(ORDER_TYPES.flatMap((type) => ORDER_TERMS[type].timeInForce));
  expect([...all].sort()).toEqual(['FOK', 'GTC', 'GTD', 'IOC']);
});
