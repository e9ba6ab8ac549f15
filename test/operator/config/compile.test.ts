import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compileConfig,
  TRADINGVIEW_ADDRESSES,
  type Compiled,
} from '../../../operator/config/compile.ts';
import { faultsText } from '../../../operator/config/fault.ts';
import { changed, RIGHT } from './config-file.ts';

const MINIMAL = `
accounts: { main: { mode: paper } }
sources: { btc: { auth: tradingview, accounts: [main], size: signal } }
`;

function configOf(compiled: Compiled) {
  if (!compiled.ok) throw new Error(faultsText('file', compiled.faults));
  return compiled.config;
}

describe('compileConfig', () => {
  it('compiles every key into what the functions carry', () => {
    expect(configOf(compileConfig(RIGHT))).toEqual({
      version: 1,
      accounts: {
        main: {
          exchange: 'kraken-spot',
          mode: 'live',
          secret: 'harpoon/main',
          rails: {
            pairs: ['BTC/USD', 'ETH/USD'],
            maxOrder: '500 USD',
            maxPosition: '2000 USD',
            maxDaily: '5000 USD',
            maxOrdersPerHour: 20,
            maxDailyLoss: '200 USD',
            maxSpread: '0.5',
            maxPriceDeviation: '2',
            maxConsecutiveFailures: 3,
          },
        },
        toy: { exchange: 'kraken-spot', mode: 'paper' },
      },
      sources: {
        'btc-trend': {
          auth: 'tradingview',
          secret: 'harpoon/btc',
          accounts: ['main'],
          size: { kind: 'quote', amount: '100', currency: 'USD' },
          maxAgeMs: 60_000,
          allowFrom: ['203.0.113.7'],
          symbols: { 'BINANCE:BTCUSDT': 'BTC/USD' },
          onUnplaced: 'resend',
          notify: ['me'],
        },
      },
      channels: { ops: { slack: 'harpoon/slack' }, me: { email: 'me@example.com' } },
      zone: 'UTC',
      summary: { atMinute: 480, channels: [] },
      alerts: [],
    });
  });

  it('fills in the defaults', () => {
    expect(configOf(compileConfig(MINIMAL))).toEqual({
      version: 1,
      accounts: { main: { exchange: 'kraken-spot', mode: 'paper' } },
      sources: {
        btc: {
          auth: 'tradingview',
          secret: 'harpoon/sources/btc',
          accounts: ['main'],
          size: { kind: 'signal' },
          maxAgeMs: 60_000,
          allowFrom: TRADINGVIEW_ADDRESSES,
          symbols: {},
          onUnplaced: 'notify',
          notify: [],
        },
      },
      channels: {},
      zone: 'UTC',
      alerts: [],
    });
  });

  it('tells every channel about a source that names none', () => {
    const config = configOf(compileConfig(changed('    notify: [me]\n', '')));
    expect(config.sources['btc-trend']?.notify).toEqual(['ops', 'me']);
  });

  it.each([
    ['allowFrom: any', undefined],
    ['allowFrom: [tradingview, 127.0.0.1]', [...TRADINGVIEW_ADDRESSES, '127.0.0.1']],
    ['allowFrom: [52.89.214.238, tradingview]', TRADINGVIEW_ADDRESSES],
    ['allowFrom: ["2001:DB8:0:0::1"]', ['2001:db8::1']],
  ])('reads %s', (line, addresses) => {
    const config = configOf(compileConfig(changed('allowFrom: [203.0.113.7]', line)));
    expect(config.sources['btc-trend']?.allowFrom).toEqual(addresses);
  });

  it('lets any address speak for a source with signed messages', () => {
    const text = MINIMAL.replace('tradingview', 'standard-webhooks');
    expect(configOf(compileConfig(text)).sources['btc']).not.toHaveProperty('allowFrom');
  });

  it.each([
    ['{ base: 0.010 }', { kind: 'base', amount: '0.01' }],
    ['{ base: 0.100000000000000001 }', { kind: 'base', amount: '0.100000000000000001' }],
    ['{ base: 123456789012345678 }', { kind: 'base', amount: '123456789012345678' }],
    ['{ quote: 99.90 USD }', { kind: 'quote', amount: '99.9', currency: 'USD' }],
    ['{ equity: 12.5% }', { kind: 'equity', percent: '12.5' }],
    ['{ equity: "100%" }', { kind: 'equity', percent: '100' }],
    ['signal', { kind: 'signal' }],
  ])('reads the size %s digit by digit', (size, expected) => {
    const config = configOf(compileConfig(changed('{ quote: 100 USD }', size)));
    expect(config.sources['btc-trend']?.size).toEqual(expected);
  });

  it.each([
    ['1s', 1_000],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['3600s', 3_600_000],
  ])('reads maxAge %s', (text, maxAgeMs) => {
    const config = configOf(compileConfig(changed('maxAge: 60s', `maxAge: ${text}`)));
    expect(config.sources['btc-trend']?.maxAgeMs).toBe(maxAgeMs);
  });

  it.each([
    ['available: 50%', { kind: 'available', percent: '50' }],
    ['position: 100%', { kind: 'position', percent: '100' }],
    ['risk: 0.50%', { kind: 'risk', percent: '0.5' }],
  ])('reads the size { %s }', (text, size) => {
    const config = configOf(compileConfig(changed('quote: 100 USD', text)));
    expect(config.sources['btc-trend']?.size).toEqual(size);
  });

  it('reads what messages may ask for, and where their fields stand', () => {
    const text = changed(
      '    notify: [me]\n',
      `    notify: [me]
    roundUpWithin: 5.0%
    allow: { types: [market, stop-loss], leverage: "3", flatten: true }
    map:
      action: { path: data.orders.0.side, values: { ENTER LONG: buy, "1": sell } }
      symbol: { always: BTC/USD }
      time: { path: at, time: us }
`,
    );
    expect(configOf(compileConfig(text)).sources['btc-trend']).toMatchObject({
      roundUpWithin: '5',
      allow: { types: ['market', 'stop-loss'], leverage: '3', flatten: true },
      map: {
        action: {
          path: ['data', 'orders', '0', 'side'],
          values: { 'ENTER LONG': 'buy', '1': 'sell' },
        },
        symbol: { always: 'BTC/USD' },
        time: { path: ['at'], time: 'us' },
      },
    });
  });

  it('allows nothing and maps nothing unless the file says so', () => {
    const source = configOf(compileConfig(RIGHT)).sources['btc-trend'] ?? {};
    for (const key of ['allow', 'map', 'roundUpWithin']) expect(source).not.toHaveProperty(key);
  });

  it('reads the same from another YAML dialect, other quotes and Windows line ends', () => {
    const expected = configOf(compileConfig(RIGHT));
    expect(configOf(compileConfig(`%YAML 1.1\n---\n${RIGHT}`))).toEqual(expected);
    expect(configOf(compileConfig(RIGHT.replaceAll('\n', '\r\n')))).toEqual(expected);
    const quoted = changed('maxOrdersPerHour: 20', 'maxOrdersPerHour: "20"');
    expect(configOf(compileConfig(quoted))).toEqual(expected);
  });

  it('allows limits that are equal, since an order of exactly that size passes', () => {
    const text = changed('maxPosition: 2000 USD', 'maxPosition: 500 USD')
      .replace('maxDaily: 5000 USD', 'maxDaily: 500.00 USD')
      .replace('{ quote: 100 USD }', '{ quote: 500 USD }');
    expect(compileConfig(text).ok).toBe(true);
  });

  it('compiles the rails of an order: sides, types, open orders, cooldown', () => {
    const more =
      'sides: [buy]\n      types: [market, limit]\n      maxOpenOrders: 5\n      cooldown: 2m';
    const { accounts } = configOf(compileConfig(changed('maxOrdersPerHour: 20', more)));
    expect(accounts['main']?.rails).toMatchObject({
      ...{ sides: ['buy'], types: ['market', 'limit'], maxOpenOrders: 5, cooldownMs: 120_000 },
    });
  });

  it('allows a paper account a secret and no rails', () => {
    const text = changed('    mode: paper\n', '    mode: paper\n    secret: harpoon/toy\n');
    expect(configOf(compileConfig(text)).accounts['toy']).toEqual({
      exchange: 'kraken-spot',
      mode: 'paper',
      secret: 'harpoon/toy',
    });
  });

  it.each([
    ['funds: { USD: 5000, BTC: 0.10 }', { funds: { USD: '5000', BTC: '0.1' } }],
    ['funds: { AAPLx: "2.5" }', { funds: { AAPLx: '2.5' } }],
    ['fees: { taker: 0.4, maker: 0.25% }', { fees: { taker: '0.4', maker: '0.25' } }],
    ['fees: { maker: 0 }', { fees: { maker: '0' } }],
  ])('reads what a paper account begins with and pays: %s', (text, expected) => {
    const file = changed('    mode: paper\n', `    mode: paper\n    paper: { ${text} }\n`);
    expect(configOf(compileConfig(file)).accounts['toy']?.paper).toEqual(expected);
  });

  it('compiles the example of the repository, which trades on paper only', () => {
    const example = new URL('../../../harpoon.yaml', import.meta.url);
    const config = configOf(compileConfig(readFileSync(example, 'utf8')));
    expect(Object.values(config.accounts).map(({ mode }) => mode)).toEqual(['paper']);
    expect(Object.keys(config.sources)).toEqual(['btc-trend', 'voice-of-chain']);
    expect(config.sources['btc-trend']?.allowFrom).toEqual(TRADINGVIEW_ADDRESSES);
    expect(Object.keys(config.channels)).toEqual(['ops', 'me']);
  });
});
