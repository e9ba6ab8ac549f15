import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { compileConfig } from '../../../operator/config/compile.ts';
import { faultsText } from '../../../operator/config/fault.ts';
import { RIGHT } from './config-file.ts';

const EXAMPLE = readFileSync(new URL('../../../harpoon.yaml', import.meta.url), 'utf8');

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/).filter((text) => text !== 'constructor');
const pair = fc.constantFrom('BTC/USD', 'ETH/USD', 'SOL/EUR', 'DOGE/USD', 'ETH/BTC', 'AAPLx/USD');
const decimals = fc.stringMatching(/^[1-9][0-9]{0,6}(\.[0-9]{0,4}[1-9])?$/);
const percent = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 9 }))
  .map(([whole, tenth]) => `${whole}.${tenth}`);
const address = fc.oneof(fc.ipV4(), fc.constantFrom('tradingview', '2001:db8::7'));

const rails = fc.record(
  {
    pairs: fc.uniqueArray(pair, { minLength: 1 }),
    maxDailyLoss: decimals.map((amount) => `${amount} USD`),
    maxOrder: decimals.map((amount) => `${amount} USD`),
    maxOrdersPerHour: fc.integer({ min: 1, max: 10_000 }),
    maxSpread: percent.map((number) => `${number}%`),
    maxConsecutiveFailures: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: ['pairs'] },
);

const paper = fc.record(
  {
    funds: fc.dictionary(fc.constantFrom('USD', 'EUR', 'BTC'), decimals, { minKeys: 1 }),
    fees: fc.record({ taker: percent, maker: percent }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** Pairs with every asset that the funds may name. */
const FUNDED = ['BTC/USD', 'BTC/EUR'];

const account = fc
  .record({ mode: fc.constantFrom('paper', 'validate', 'live'), rails, paper })
  .map(({ mode, rails: limits, paper: settings }) => {
    const pairs = [...new Set([...limits.pairs, ...FUNDED])];
    const own = mode === 'paper' ? { paper: settings } : {};
    return { exchange: 'kraken-spot', mode, rails: { ...limits, pairs }, ...own };
  });

const size = fc.oneof(
  fc.constant('signal'),
  decimals.map((base) => ({ base })),
  percent.map((equity) => ({ equity: `${equity}%` })),
);

function source(accounts: readonly string[], channels: readonly string[]) {
  return fc.record(
    {
      auth: fc.oneof(
        fc.constantFrom('tradingview', 'standard-webhooks'),
        fc.constantFrom('stripe', 'github', 'tokenHeader').map((key) => ({ [key]: 'x-signature' })),
        fc.constantFrom('token', 'Key').map((tokenField) => ({ tokenField })),
      ),
      accounts: fc.shuffledSubarray([...accounts], { minLength: 1 }),
      size,
      maxAge: fc.integer({ min: 1, max: 3600 }).map((seconds) => `${seconds}s`),
      allowFrom: fc.oneof(fc.constant('any'), fc.uniqueArray(address, { minLength: 1 })),
      onUnplaced: fc.constantFrom('notify', 'resend'),
      notify: fc.shuffledSubarray([...channels], { minLength: 1 }),
    },
    { requiredKeys: ['auth', 'accounts', 'size'] },
  );
}

const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });

/** A right configuration, as an object. */
const right = fc.tuple(names, names, names).chain(([accounts, sources, channels]) =>
  fc
    .tuple(
      fc.array(account, { minLength: accounts.length, maxLength: accounts.length }),
      fc.array(source(accounts, channels), {
        minLength: sources.length,
        maxLength: sources.length,
      }),
    )
    .map(([accountBodies, sourceBodies]) => ({
      accounts: Object.fromEntries(
        accounts.map((key, index) => [key, { ...accountBodies[index], secret: `keys/${key}` }]),
      ),
      sources: Object.fromEntries(sources.map((key, index) => [key, sourceBodies[index]])),
      channels: Object.fromEntries(channels.map((key) => [key, { slack: `slack/${key}` }])),
    })),
);

describe('compileConfig', () => {
  it('compiles every right configuration, however YAML writes it, to the same plain JSON', () => {
    fc.assert(
      fc.property(right, (config) => {
        const block = compileConfig(stringify(config));
        const flow = compileConfig(JSON.stringify(config));
        expect(block.ok ? '' : faultsText('file', block.faults)).toBe('');
        expect(flow).toEqual(block);
        expect(JSON.parse(JSON.stringify(block))).toEqual(block);
      }),
    );
  });

  it('keeps the digits of every amount', () => {
    fc.assert(
      fc.property(decimals, (amount) => {
        const text = RIGHT.replace('{ quote: 100 USD }', `{ base: ${amount} }`);
        const compiled = compileConfig(text);
        expect(compiled.ok && compiled.config.sources['btc-trend']?.size).toEqual({
          kind: 'base',
          amount,
        });
      }),
    );
  });

  it('answers any text with a configuration or with faults that have a place', () => {
    const yamlish = fc.string({
      unit: fc.constantFrom(...'abz:-?[]{}#&*!|>\'"%@`,. \n\t\r\u0000\ufeff\ud800é0159~<'),
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), (text) => {
        expectAnswer(text);
      }),
      { numRuns: 400 },
    );
  });

  it('answers every mutilated example, and never makes it live', () => {
    const mutation = fc.record({
      at: fc.nat(EXAMPLE.length),
      remove: fc.nat(30),
      insert: fc.oneof(
        fc.constantFrom('\n', '\t', ' ', ':', '- ', '{', '[', '"', '*a', '&a ', '!!int ', '<<: '),
        fc.string({ maxLength: 4 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const text = mutations.reduce(
          (before, { at, remove, insert }) =>
            before.slice(0, at) + insert + before.slice(at + remove),
          EXAMPLE,
        );
        const compiled = expectAnswer(text);
        if (!compiled.ok) return;
        const modes = Object.values(compiled.config.accounts).map(({ mode }) => mode);
        expect(modes).not.toContain('live');
      }),
      { numRuns: 250 },
    );
  });
});

function expectAnswer(text: string) {
  const compiled = compileConfig(text);
  if (compiled.ok) return compiled;
  const lines = text.split(/\n|\r\n?/).length;
  expect(compiled.faults.length).toBeGreaterThan(0);
  for (const fault of compiled.faults) {
    expect(fault.line).toBeGreaterThanOrEqual(1);
    expect(fault.line).toBeLessThanOrEqual(lines);
    expect(fault.column).toBeGreaterThanOrEqual(1);
    expect(fault.problem).not.toBe('');
    expect(fault.remedy).toMatch(/[.?]$/);
  }
  return compiled;
}
