/**
 * Messages that people really send, reviewed by hand: what each means under the settings named, or
 * why it is refused. The messages and where they were found are in real-messages.jsonl; templates
 * are read as TradingView fills them, and once as they stand.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import { parseSignal, type Envelope } from '../../../functions/core/message/parse-signal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { TABLE } from '../market-fixture.ts';
import { BARE, SETTINGS, type Setting } from './real-messages-settings.ts';
import { signalWords } from '../../../operator/signal-words.ts';

interface RealMessage {
  readonly raw: string;
  readonly state: 'template' | 'rendered' | 'literal';
}

const MESSAGES = readFileSync(new URL('../real-messages.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RealMessage);

/** What TradingView puts in place of its placeholders; a name that is not here stays as it is. */
const FILLED: Readonly<Record<string, string>> = {
  ticker: 'BTCUSD',
  exchange: 'KRAKEN',
  close: '98000.5',
  volume: '12.75',
  time: '2026-11-22T11:00:00Z',
  timenow: '2026-11-22T12:00:00Z',
  interval: '60',
  'syminfo.currency': 'USD',
  'strategy.order.action': 'buy',
  'strategy.order.contracts': '0.01',
  'strategy.order.price': '98000.5',
  'strategy.order.id': 'Long',
  'strategy.order.comment': 'Long',
  'strategy.order.alert_message': 'go',
  'strategy.market_position': 'long',
  'strategy.market_position_size': '0.01',
  'strategy.prev_market_position': 'flat',
  'strategy.prev_market_position_size': '0',
  'strategy.position_size': '0.01',
  'plot("Long SL")': '97000',
  'plot("Long TP")': '99000',
};

/** Number of the message, settings, and its meaning or `code: sentence` of its refusal. */
type Row = readonly [number, Setting, string];

const NO_TIME =
  'missing-identity: the fire time is missing: add "time": "{{timenow}}" (these messages carry no other time).';
const NO_ACTION = 'missing-field: action is missing: write "action": "buy" or "sell".';
const NO_SIZE =
  'missing-field: size is missing: this source takes the size from the message; write "size": "0.5", "10%" or "100 USD" (volume is not read, it is the volume of the bar).';
const SHORT =
  'not-supported: direction opens a short position, which spot cannot have: write "sell" to sell what is held; on a source that allows leverage write "sell" with "leverage".';
const MODE =
  'not-supported: mode asks for a mode, and a message is one order: write the order as such, "sell" with "size": "100% position" to sell all that is held; leave this field out, or set it to null.';
const TARGET = (name: string): string =>
  `not-supported: ${name} asks for a target beside the order: write "takeProfit": "2%", or several with their shares, "50% at 2%, 50% at 105000"; leave this field out, or set it to null.`;
const STOP = (name: string): string =>
  `not-supported: ${name} asks for a stop beside the order: write "stopLoss": "95000" or "2%"; leave this field out, or set it to null.`;
const NESTED = (name: string): string =>
  `not-supported: ${name} is inside of another field and would not be read: write it at the top level of the message.`;
const BROKEN = (where: string, remedy: string): string => `unreadable ${where}: ${remedy}`;
const SUCH = 'write such as {"action":"buy","symbol":"KRAKEN:BTCUSD"}';
const TEXT = `a plain text is not JSON, and nothing else is read: ${SUCH}`;
const KEY_VALUE = `KEY=VALUE text is not JSON, and nothing else is read: ${SUCH}`;
const SINGLE = 'a single quote: JSON wants double quotes (") around keys and texts';

// One row, one meaning: long lines are easier to compare here than broken ones.
// oxfmt-ignore
const ROWS: readonly Row[] = [
  [1, 'size: signal', NO_ACTION],
  [2, 'size: signal', NO_ACTION],
  // Its take-profit is understood, the stop with two members is not.
  [3, 'size: signal', 'bad-field: stopLoss must be one value: write "95000", "2%" or "50 ticks", or an object such as { "percent": 2 }.'],
  [4, 'size: signal', NESTED('data.action')],
  [4, 'map: data.action', 'buy 1 of BINANCE:BTCUSDT (BTC/USDT), market, 2026-08-28T00:00:00.000Z'],
  [5, 'size: signal', SHORT],
  [6, 'size: signal', 'buy 0.01 of BTCUSD (BTC/USD), market, then long, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [7, 'size: signal', NO_TIME],
  [7, 'signed', 'buy 50 of ETH-PERP (unknown-pair), market, 2026-11-22T12:00:00.000Z'],
  [8, 'size: signal', STOP('long SL')],
  [9, 'size: signal', 'not-supported: test asks for a test, and the mode is set by accounts in harpoon.yaml alone; leave this field out, or set it to null.'],
  [10, 'size: signal', 'not-supported: SYMBOL names a contract that settles in a currency, and Harpoon trades spot: write one such as KRAKEN:BTCUSD.'],
  [11, 'size: signal', NO_ACTION],
  [12, 'size: signal', MODE],
  [13, 'size: signal', NESTED('strategy_info.market_position')],
  [13, 'map: order.amount, size and place by path', 'buy 0.01 of KRAKEN:BTCUSD (BTC/USD), market, then long, 2026-11-22T12:00:00.000Z'],
  [14, 'size: signal', NO_ACTION],
  [15, 'size: signal', 'bad-field: signal is not readable: write buy, sell or close.'],
  [16, 'size: signal', NO_TIME],
  [16, 'signed', 'buy 0.1 of BTCUSDT (BTC/USDT), market, 2026-11-22T12:00:00.000Z'],
  [17, 'size: signal', NO_ACTION],
  [17, 'map: type is the side, created in ms, size: 100 USD', 'buy of XBTUSD (BTC/USD), market, saw 6594.75, "Range Bottom", 2020-03-25T21:58:00.538Z'],
  [18, 'size: signal', MODE],
  [19, 'size: signal', 'missing-field: symbol is missing: write "symbol": "{{exchange}}:{{ticker}}".'],
  [19, 'map: side, baseAsset BTC is BTC/USD, signed, size: 100 USD', 'buy of BTC/USD (BTC/USD), market, 2026-11-22T12:00:00.000Z'],
  // Its stop and its take-profit are understood; a buy with half of what was asked for is not taken.
  [20, 'size: signal', 'not-supported: fixed_leverage asks for margin: write "leverage": "2"; leave this field out, or set it to null.'],
  [20, 'map: without stop_loss and take_profit, size: 100 USD', 'buy of KRAKEN:XBTUSD.P (not-supported), market, saw 68000, 2025-08-28T00:00:00.000Z'],
  [21, 'size: signal', NO_SIZE],
  [21, 'size: 100 USD', 'missing-field: the fire time is missing: add "time": "{{timenow}}" (these messages carry no other time).'],
  [21, 'signed, size: 100 USD', 'buy of BTCUSD (BTC/USD), market, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [22, 'size: signal', 'ambiguous-field: action and order both mean action and differ: write only one of them.'],
  [23, 'size: signal', NO_SIZE],
  [23, 'signed, size: 100 USD', 'sell of BTCUSD (BTC/USD), market, then flat, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [24, 'size: signal', NO_TIME],
  [24, 'signed', 'buy 0.1 of dydx:BTC-USD (foreign-chart), market, then long, saw 50000, 2026-11-22T12:00:00.000Z'],
  [25, 'size: signal', TARGET('tp Close')],
  [26, 'size: signal', 'buy 0.01 of KRAKEN:BTCUSD (BTC/USD), market, then long, saw 98000.5, "go", 2026-11-22T12:00:00.000Z'],
  [27, 'size: signal', SHORT],
  [28, 'size: signal', 'buy 0.01 of BTCUSD (BTC/USD), market, then long, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [29, 'size: signal', MODE],
  [30, 'size: signal', 'missing-field: symbol is missing: write "symbol": "{{exchange}}:{{ticker}}".'],
  [30, 'map: px, act, ts; symbol is always BTC/USD, size: 100 USD', 'buy of BTC/USD (BTC/USD), market, then long, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [31, 'size: signal', NO_TIME],
  [32, 'size: signal', BROKEN('2:15', 'a text without double quotes: write them around it, also around a placeholder for text')],
  [33, 'size: signal', NO_TIME],
  [33, 'signed', 'buy 0.01 of BTC-PERP (unknown-pair), market, 2026-11-22T12:00:00.000Z'],
  [34, 'size: signal', MODE],
  [35, 'size: signal', NO_SIZE],
  [35, 'signed, size: 100 USD', 'buy of KRAKEN:BTCUSD (BTC/USD), market, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [36, 'size: signal', NO_SIZE],
  [36, 'signed, size: 100 USD', 'buy of ftx:Future (foreign-chart), market, 2026-11-22T12:00:00.000Z'],
  [36, 'map: Asset, signed, size: 100 USD', 'buy of TRX-PERP (unknown-pair), market, 2026-11-22T12:00:00.000Z'],
  [37, 'size: signal', TARGET('tp1')],
  [38, 'size: signal', 'not-supported: max asks for a limit, and limits are set by rails in harpoon.yaml alone; leave this field out, or set it to null.'],
  [39, 'size: signal', 'not-supported: direction closes a position, and 50% alone is a share of the equity: write "size": "50% position" for that share of what is held.'],
  [40, 'size: signal', 'not-supported: this source may not ask for stop-loss orders: to allow it write types: [market, limit, stop-loss] at sources.desk.allow in harpoon.yaml.'],
  [40, 'signed, allow: stop-loss, leverage 2', 'sell 100 of BCH/EUR (unknown-pair), stop-loss at 321, leverage 2, 2026-11-22T12:00:00.000Z'],
  [41, 'size: signal', NO_TIME],
  [41, 'signed', 'buy 0.01 of BTCUSD (BTC/USD), market, then long, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [42, 'size: signal', 'buy 0.01 of BTCUSD (BTC/USD), market, then long, saw 98000.5, 2026-11-22T12:00:00.000Z'],
  [43, 'size: signal', BROKEN('5:12', 'expected a colon between key and value (found ",")')],
  [44, 'size: signal', BROKEN('5:12', 'an equals sign: write a colon')],
  [45, 'size: signal', BROKEN('2:1', 'a typographic quote: replace it by a plain double quote (") everywhere')],
  [46, 'size: signal', BROKEN('5:3', 'a comma is missing before this key')],
  [47, 'size: signal', BROKEN('3:2', 'a comma is missing before this key')],
  [48, 'size: signal', BROKEN('5:3', SINGLE)],
  [49, 'size: signal', BROKEN('1:2', SINGLE)],
  [50, 'size: signal', BROKEN('2:22', 'the placeholder {{strategy.order_id}} was not replaced: check its spelling, and that this kind of alert fills it')],
  [51, 'size: signal', BROKEN('1:1', TEXT)],
  [52, 'size: signal', BROKEN('1:1', TEXT)],
  [53, 'size: signal', BROKEN('1:1', TEXT)],
  [54, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [55, 'size: signal', BROKEN('1:1', TEXT)],
  [56, 'size: signal', BROKEN('1:1', TEXT)],
  [57, 'size: signal', BROKEN('1:1', TEXT)],
  [58, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [59, 'size: signal', BROKEN('1:1', TEXT)],
  [60, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [61, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [62, 'size: signal', BROKEN('1:1', TEXT)],
  [63, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [64, 'size: signal', BROKEN('1:3', KEY_VALUE)],
  [65, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [66, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [67, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [68, 'size: signal', BROKEN('1:1', KEY_VALUE)],
  [69, 'size: signal', BROKEN('1:12', KEY_VALUE)],
  [70, 'size: signal', BROKEN('1:12', KEY_VALUE)],
  [71, 'size: signal', BROKEN('1:12', TEXT)],
  [72, 'size: signal', BROKEN('1:1', TEXT)],
];

function outcome(text: string, setting: Setting): string {
  const read = readJson(text);
  if (!read.ok) return BROKEN(`${read.error.line}:${read.error.column}`, read.error.remedy);
  if (read.value.kind !== 'object') return 'not an object';
  const given: Partial<Envelope> = SETTINGS[setting];
  const envelope: Envelope = { sourceName: 'desk', source: BARE, ...given };
  const parsed = parseSignal(read.value, envelope);
  if (!parsed.ok) return `${parsed.error.code}: ${parsed.error.sentence}`;
  return inWords(parsed.value.signal, envelope.source);
}

function inWords(signal: Signal, source: Source): string {
  const pair = TABLE.resolve(signal.symbol, source.symbols);
  const means = ` (${pair.ok ? pair.value.pair.name : pair.error.code})`;
  return `${signalWords(signal, means)}, ${new Date(signal.sentAtMs).toISOString()}`;
}

function filled(raw: string): string {
  return raw.replace(/\{\{([^{}]*)\}\}/g, (whole, name: string) => FILLED[name] ?? whole);
}

describe('messages that people really send', () => {
  it('have each been reviewed', () => {
    const reviewed = new Set(ROWS.map(([number]) => number));
    expect([...reviewed]).toEqual(MESSAGES.map((_, index) => index + 1));
  });

  it.each(ROWS)('number %i under "%s": %s', (number, setting, expected) => {
    expect(outcome(filled(MESSAGES[number - 1]?.raw ?? ''), setting)).toBe(expected);
  });

  const templates = MESSAGES.flatMap((message, index) =>
    message.state === 'template' ? [[index + 1, message.raw] as const] : [],
  );

  it.each(templates)('number %i is refused while a placeholder stands in it', (_, raw) => {
    for (const setting of Object.keys(SETTINGS) as Setting[]) {
      expect(outcome(raw, setting)).toMatch(/placeholder .* was not replaced/);
    }
  });

  it('mean the same when their numbers are sent as texts', () => {
    for (const [number, setting, expected] of ROWS) {
      const text = filled(MESSAGES[number - 1]?.raw ?? '');
      const quoted = text.replace(/: (-?[0-9]+(?:\.[0-9]+)?)(?=\s*[,}\n])/g, ': "$1"');
      if (readJson(text).ok) expect([number, outcome(quoted, setting)]).toEqual([number, expected]);
    }
  });
});
