import { describe, expect, it } from 'vitest';
import { compileConfig } from '../../../operator/config/compile.ts';
import { RIGHT } from './config-file.ts';

function configOf(more: string) {
  const compiled = compileConfig(`${RIGHT}\n${more}\n`);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.config;
}

function faultsOf(more: string): readonly string[] {
  const compiled = compileConfig(`${RIGHT}\n${more}\n`);
  if (compiled.ok) throw new Error('it was compiled');
  return compiled.faults.map(({ path, problem, remedy }) => `${path} ${problem}. ${remedy}`);
}

describe('alert rules of harpoon.yaml', () => {
  it('are texts, or maps with options, in the time zone of the file', () => {
    const { alerts, zone } = configOf(
      [
        'timezone: Europe/Berlin',
        'alerts:',
        '  - BTC/USD crosses above 100k',
        '  - { rule: "ETH/USD below 3000 for 10m", id: eth-low, notify: [me], repeat: once,',
        '      quiet: 22:00-07:00, cooldown: 1h, hysteresis: 1%, note: sell some, expires: 2026-12-31 }',
      ].join('\n'),
    );
    expect(zone).toBe('Europe/Berlin');
    expect(alerts?.map(({ text }) => text)).toEqual([
      'BTC/USD crosses above 100000',
      'ETH/USD below 3000 for 10m',
    ]);
    expect(alerts?.[1]).toEqual({
      id: 'eth-low',
      edition: expect.stringMatching(/^f[0-9a-f]{9}$/) as string,
      text: 'ETH/USD below 3000 for 10m',
      conditions: [
        { kind: 'level', pair: 'ETH/USD', side: 'below', level: '3000', forMs: 600_000 },
      ],
      repeat: 'once',
      hysteresis: '1',
      cooldownMs: 3_600_000,
      zone: 'Europe/Berlin',
      quiet: { fromMinute: 1_320, toMinute: 420, zone: 'Europe/Berlin' },
      expiresAtMs: Date.UTC(2026, 11, 31, 23),
      note: 'sell some',
      channels: ['me'],
    });
  });

  it.each([
    ['{ pair: BTC/USD, crosses above: 100000 }', 'BTC/USD crosses above 100000'],
    ['{ pair: ETH/USD, below: 3000, for: 10m }', 'ETH/USD below 3000 for 10m'],
    ['{ pair: SOL/USD, moves: 5%, in: 1h }', 'SOL/USD moves 5% in 1h'],
    ['{ pair: ADA/USD, spread above: 0.5% }', 'ADA/USD spread above 0.5%'],
    ['{ pair: DOGE/USD, volume 24h above: 1e9 }', 'DOGE/USD volume 24h above 1000000000'],
    ['{ pair: XRP/USD, new 24h: high }', 'XRP/USD new 24h high'],
    [
      '[{ pair: BTC/USD, above: 1 }, { pair: ETH/USD, below: 2 }]',
      'BTC/USD above 1 and ETH/USD below 2',
    ],
  ])('may be written as keys: %s', (when, text) => {
    const [alert] = configOf(`alerts:\n  - when: ${when}`).alerts ?? [];
    expect(alert?.text).toBe(text);
  });

  it('may raise a signal to a source', () => {
    const signal = '{ source: btc-trend, action: buy, symbol: "KRAKEN:XBTUSD" }';
    const [alert] =
      configOf(`alerts:\n  - { rule: BTC/USD above 1, signal: ${signal} }`).alerts ?? [];
    expect(alert?.signal).toEqual({
      source: 'btc-trend',
      fields: { action: 'buy', symbol: 'KRAKEN:XBTUSD' },
    });
  });

  it.each([
    ['- BTC/USD crosses abve 1', 'alerts[0] "abve" is not known here. Write above.'],
    [
      '- { rule: BTC/USD above 1, repeat: twice }',
      'alerts[0].repeat is "twice". Write once, every or daily.',
    ],
    [
      '- { rule: BTC/USD above 1, notify: [you] }',
      'alerts[0].notify[0] names you, which is not one of the channels of this file. Known: ops, me.',
    ],
    [
      '- { rule: BTC/USD above 1, repeet: once }',
      'alerts[0].repeet is not a known key. Did you mean repeat?',
    ],
    [
      '- { rule: BTC/USD above 1, zone: Mars }',
      'alerts[0].zone "Mars" is no time zone. Write a name such as Europe/Berlin.',
    ],
    [
      '- {}',
      'alerts[0] needs one of rule and when. Write either rule: "BTC/USD above 100000" or when: { pair, above }.',
    ],
    [
      '- when: { pair: BTC/USD, above: x }',
      'alerts[0].when "x" is not a number. Write a number such as 100000.',
    ],
    [
      '- { rule: BTC/USD above 1, signal: { source: btc, action: buy } }',
      'alerts[0].signal names btc, and a rule trades through a source. Known: btc-trend.',
    ],
    [
      '- { rule: BTC/USD above 1, signal: { source: btc-trend } }',
      'alerts[0].signal says no action. Write signal: { source: btc-trend, action: buy }.',
    ],
    [
      '- { rule: BTC/USD above 1, id: a }\n  - { rule: BTC/USD above 2, id: a }',
      'alerts[1] is the same rule as alerts[0]. Take one of them out.',
    ],
  ])('say what is wrong: %s', (rule, fault) => {
    expect(faultsOf(`alerts:\n  ${rule}`)).toEqual([fault]);
  });
});

describe('a signal that its source would refuse each time', () => {
  const faultOf = (size: string, signal: string): readonly string[] | undefined => {
    const source = `{ auth: tradingview, accounts: [main], size: ${size} }`;
    const compiled = compileConfig(
      `accounts: { main: { mode: paper } }\nsources: { desk: ${source} }\nalerts: [{ rule: BTC/USD above 1, signal: ${signal} }]\n`,
    );
    return compiled.ok
      ? undefined
      : compiled.faults.map(({ path, problem, remedy }) => `${path} ${problem}. ${remedy}`);
  };
  it.each([
    ['{ risk: 1% }', '{ source: desk, action: buy }', 'A size by risk needs "riskStop"'],
    ['signal', '{ source: desk, action: sell }', 'Size is missing'],
    ['{ base: 1 }', '{ source: desk, action: buy, type: stop-loss, price: 2% }', 'This source may'],
  ])('is a fault: of size %s %s', (size, signal, says) => {
    const head = 'alerts[0].signal is one that desk would refuse each time. ';
    expect(faultOf(size, signal)).toEqual([expect.stringContaining(`${head}${says}`)]);
  });

  it.each([
    ['{ risk: 1% }', '{ source: desk, action: buy, riskStop: -2% }'],
    ['signal', '{ source: desk, action: sell, size: 50% position }'],
    // Past or to come when it fires: nobody can say so now.
    [
      '{ base: 1 }',
      '{ source: desk, action: buy, type: limit, price: -1%, expire: "2020-01-01T00:00:00Z" }',
    ],
  ])('is told from one that it reads: of size %s %s', (size, signal) => {
    expect(faultOf(size, signal)).toBeUndefined();
  });
});

describe('the daily summary', () => {
  it.each([
    ['', { atMinute: 480, channels: [] }],
    ['summary: "07:30"', { atMinute: 450, channels: [] }],
    ['summary: { at: "23:59", notify: [me] }', { atMinute: 1_439, channels: ['me'] }],
    ['summary: off', undefined],
  ])('of %j goes out at its time', (more, summary) => {
    expect(configOf(more).summary).toEqual(summary);
  });

  it('is not sent when there is no channel on which anybody would hear it', () => {
    const paper = 'accounts: { main: { mode: paper } }';
    const source = 'sources: { btc: { auth: tradingview, accounts: [main], size: signal } }';
    const compiled = compileConfig(`${paper}\n${source}\n`);
    expect(compiled.ok && compiled.config).toMatchObject({ channels: {}, zone: 'UTC' });
    expect(compiled.ok && compiled.config.summary).toBe(undefined);
  });

  it.each([
    ['summary: 25:00', 'summary is "25:00": no time of the day. Write 08:00 or off.'],
    [
      'timezone: Berlin',
      'timezone is "Berlin": no time zone. Write an IANA name such as Europe/Berlin, America/New_York or UTC.',
    ],
  ])('or its zone may be wrong: %s', (more, fault) => {
    expect(faultsOf(more)).toContain(fault);
  });
});
