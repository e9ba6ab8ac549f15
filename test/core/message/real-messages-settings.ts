/** The settings of sources under which real messages are read. */
import type { Source } from '../../../functions/core/config.ts';
import type { Envelope } from '../../../functions/core/message/parse-signal.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

/** A source that takes the size from the message. */
export const BARE: Source = {
  auth: 'tradingview',
  secret: 'harpoon/sources/desk',
  accounts: ['main'],
  size: { kind: 'signal' },
  maxAgeMs: 60_000,
  symbols: {},
  onUnplaced: 'notify',
  notify: [],
};

/** A signature gives id and time, where the message itself has none. */
const SIGNED: Partial<Envelope> = { signed: { id: 'msg-1', atMs: NOON } };
const FIXED: Source = { ...BARE, size: { kind: 'quote', amount: '100', currency: 'USD' } };

const side = { values: { buy: 'buy', sell: 'sell' } };

/** Settings by the words of the table. */
export const SETTINGS = {
  'size: signal': {},
  signed: SIGNED,
  'size: 100 USD': { source: FIXED },
  'signed, size: 100 USD': { ...SIGNED, source: FIXED },
  'signed, allow: stop-loss, leverage 2': {
    ...SIGNED,
    source: { ...BARE, allow: { types: ['market', 'limit', 'stop-loss'], leverage: '2' } },
  },
  'map: data.action': {
    source: {
      ...BARE,
      symbols: { 'BINANCE:BTCUSDT': 'BTC/USDT' },
      map: {
        action: { path: ['data', 'action'], ...side },
        size: { path: ['data', 'contracts'] },
        symbol: { path: ['symbol'] },
        time: { path: ['time'] },
      },
    },
  },
  'map: order.amount, size and place by path': {
    source: {
      ...BARE,
      map: {
        action: { path: ['action'], ...side },
        size: { path: ['order', 'amount'] },
        symbol: { path: ['tv_instrument'] },
        exchange: { path: ['tv_exchange'] },
        time: { path: ['timestamp'] },
        marketPosition: { path: ['strategy_info', 'market_position'] },
      },
    },
  },
  'map: type is the side, created in ms, size: 100 USD': {
    source: {
      ...FIXED,
      symbols: { XBTUSD: 'BTC/USD' },
      map: {
        action: { path: ['type'], values: { long: 'buy', short: 'sell' } },
        symbol: { path: ['ticker'] },
        id: { path: ['id'] },
        time: { path: ['created'], time: 'ms' },
        price: { path: ['price'] },
        comment: { path: ['description'] },
      },
    },
  },
  'map: side, baseAsset BTC is BTC/USD, signed, size: 100 USD': {
    ...SIGNED,
    source: {
      ...FIXED,
      map: {
        action: { path: ['side'], ...side },
        symbol: { path: ['baseAsset'], values: { BTC: 'BTC/USD' } },
      },
    },
  },
  'map: without stop_loss and take_profit, size: 100 USD': {
    source: {
      ...FIXED,
      map: {
        action: { path: ['action'], ...side },
        symbol: { path: ['symbol'] },
        type: { path: ['order_type'] },
        id: { path: ['idempotency_key'] },
        time: { path: ['timestamp'], time: 's' },
        price: { path: ['price'] },
      },
    },
  },
  'map: Asset, signed, size: 100 USD': {
    ...SIGNED,
    source: {
      ...FIXED,
      map: { action: { path: ['Action'], ...side }, symbol: { path: ['Asset'] } },
    },
  },
  'map: px, act, ts; symbol is always BTC/USD, size: 100 USD': {
    source: {
      ...FIXED,
      map: {
        action: { path: ['act'], ...side },
        symbol: { always: 'BTC/USD' },
        time: { path: ['ts'] },
        price: { path: ['px'] },
        marketPosition: { path: ['pos'] },
      },
    },
  },
} as const satisfies Record<string, Partial<Envelope>>;

/** The words for a setting. */
export type Setting = keyof typeof SETTINGS;
