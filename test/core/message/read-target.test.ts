/** Messages that say where a strategy stands. */
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../functions/core/message/json.ts';
import { parseSignal } from '../../../functions/core/message/parse-signal.ts';
import type { Source } from '../../../functions/core/config.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BARE } from './real-messages-settings.ts';

const AIMS: Source = { ...BARE, target: true };
const COMMON = { time: '2026-11-22T12:00:00Z', symbol: 'KRAKEN:BTCUSD', id: 'a' };

function read(fields: object, source: Source = AIMS): Signal | string {
  const json = readJson(JSON.stringify({ ...COMMON, ...fields }));
  if (!json.ok || json.value.kind !== 'object') throw new Error('the test writes JSON');
  const parsed = parseSignal(json.value, { sourceName: 'trend', source });
  return parsed.ok ? parsed.value.signal : `${parsed.error.code}: ${parsed.error.sentence}`;
}

describe('a message that says where its strategy stands', () => {
  it.each<[object, object]>([
    [{ marketPosition: 'flat' }, { target: { position: 'flat' }, action: 'sell' }],
    [{ marketPosition: 'flat', positionSize: '0' }, { target: { position: 'flat' } }],
    [
      { marketPosition: 'long', positionSize: '0.5' },
      { target: { position: 'long', size: '0.5' }, action: 'buy' },
    ],
    [
      { market_position: 'LONG ', position_size: 0.5 },
      { target: { position: 'long', size: '0.5' } },
    ],
    [
      { marketPosition: 'short', positionSize: '-2' },
      { target: { position: 'short', size: '2' }, action: 'sell' },
    ],
    [{ marketPosition: 'short', positionSize: '2' }, { target: { position: 'short', size: '2' } }],
    [
      {
        ...{ marketPosition: 'long', positionSize: '1' },
        ...{ prev_market_position: 'long', prev_market_position_size: '0.5' },
      },
      { target: { position: 'long', size: '1', prev: { position: 'long', size: '0.5' } } },
    ],
    [
      { marketPosition: 'long', prevMarketPosition: 'flat', prevMarketPositionSize: '0' },
      { target: { position: 'long', prev: { position: 'flat' } } },
    ],
  ])('%j', (fields, meaning) => {
    expect(read(fields)).toMatchObject({ ...meaning, type: 'market' });
  });

  it('keeps what the sender did to get there for the record, and trades nothing by it', () => {
    const said = { action: 'sell', contracts: '3', marketPosition: 'long', positionSize: '1' };
    const signal = read({ ...said, reduceOnly: true });
    expect(signal).toMatchObject({ target: { position: 'long', size: '1' }, action: 'buy' });
    expect(signal).toMatchObject({ unknown: { action: '"sell"', contracts: '"3"' } });
    expect(signal).not.toHaveProperty('size');
    expect(signal).not.toHaveProperty('reduceOnly');
  });

  it.each<[object, RegExp]>([
    [{ action: 'buy' }, /^missing-field: marketPosition is missing: .*strategy\.market_position/],
    [
      { marketPosition: 'up' },
      /^bad-field: marketPosition is not readable: write long, flat or sh/,
    ],
    [
      { marketPosition: 'long', positionSize: '0' },
      /^ambiguous-field: positionSize is 0 and .* long/,
    ],
    [{ marketPosition: 'long', positionSize: '-1' }, /^ambiguous-field: positionSize is -1 and/],
    [
      { marketPosition: 'flat', positionSize: '1' },
      /^ambiguous-field: positionSize is 1 and .* flat/,
    ],
    [{ marketPosition: 'short', positionSize: '0' }, /^ambiguous-field/],
    [{ marketPosition: 'long', positionSize: '1e3' }, /^bad-field: positionSize is not readable/],
    [
      { marketPosition: 'long', prevMarketPosition: 'flat', prevMarketPositionSize: '2' },
      /^ambiguous-field: prevMarketPositionSize is 2/,
    ],
    [{ marketPosition: 'long', prevMarketPosition: 'x' }, /^bad-field: prevMarketPosition/],
    [
      { marketPosition: 'long', type: 'limit', price: '1' },
      /^not-supported: this source says where its strategy stands, .* not by one of type limit/,
    ],
    [
      { marketPosition: 'short', leverage: '2' },
      /^not-supported: this source may not use leverage/,
    ],
  ])('%j is refused with what to write', (fields, sentence) => {
    expect(read(fields)).toMatch(sentence);
  });

  it('is an order as before where its source does not say so', () => {
    const fields = { action: 'buy', size: '1', marketPosition: 'long', positionSize: '3' };
    const signal = read(fields, BARE);
    expect(signal).toMatchObject({ action: 'buy', size: { unit: 'base', amount: '1' } });
    expect(signal).toMatchObject({ unknown: { positionSize: '"3"' } });
    expect(signal).not.toHaveProperty('target');
  });
});

describe('close without a size', () => {
  const fixed = (kind: 'equity' | 'position'): Source => ({
    ...BARE,
    size: { kind, percent: '10' },
  });

  it.each<[object, Source]>([
    [{ action: 'close' }, BARE],
    [{ action: 'exit' }, fixed('equity')],
    [{ action: 'close', size: '3' }, fixed('equity')],
    [{ action: 'flat', marketPosition: 'flat' }, BARE],
    [{ action: 'close' }, { ...BARE, allow: { leverage: '2' } }],
  ])('%j leaves what the strategy owns', (fields, source) => {
    const signal = read(fields, source);
    expect(signal).toMatchObject({ action: 'sell', target: { position: 'flat' } });
    expect(signal).not.toHaveProperty('unknown.action');
  });

  it.each<[object, Source]>([
    [{ action: 'close', size: '0.5' }, BARE],
    [{ action: 'close' }, fixed('position')],
  ])('%j is an order where the size is known', (fields, source) => {
    expect(read(fields, source)).not.toHaveProperty('target');
  });

  it.each<[object, RegExp]>([
    [
      { action: 'close', marketPosition: 'long' },
      /^ambiguous-field: action closes the position, .*long/,
    ],
    [{ action: 'close', marketPosition: 'up' }, /^bad-field: marketPosition/],
    [{ action: 'close', type: 'limit', price: '9' }, /^missing-field: action closes .* type limit/],
  ])('%j is refused with what to write', (fields, sentence) => {
    expect(read(fields, BARE)).toMatch(sentence);
  });
});
