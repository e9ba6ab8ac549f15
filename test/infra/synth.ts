/** Synthesises the stacks in memory for the tests: no network, no account, no real bundles. */
import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundle.ts';
import { addStacks, type Stacks } from '../../infra/stacks.ts';
import type { Config, Source } from '../../functions/core/config.ts';

// What CloudFormation would say against the templates is asked of `cdk synth` (synth.test.ts): its
// rules take seconds to load, in each process.
process.env['CDK_VALIDATION'] = 'false';

const source = (secret: string, accounts: readonly string[]): Source => ({
  auth: 'tradingview',
  secret,
  accounts,
  size: { kind: 'quote', amount: '100', currency: 'USD' },
  maxAgeMs: 60_000,
  symbols: {},
  onUnplaced: 'notify',
  notify: ['me'],
});

/** Two accounts with keys, one without, two sources, one e-mail channel. */
export const CONFIG: Config = {
  version: 1,
  accounts: {
    main: {
      exchange: 'kraken-spot',
      mode: 'live',
      secret: 'harpoon/main',
      rails: { pairs: ['BTC/USD'] },
    },
    second: {
      exchange: 'kraken-spot',
      mode: 'validate',
      secret: 'harpoon/second',
      rails: { pairs: ['ETH/USD'] },
    },
    trial: { exchange: 'kraken-spot', mode: 'paper' },
  },
  sources: {
    trend: source('harpoon/sources/trend', ['main']),
    swing: source('harpoon/sources/swing', ['second', 'trial']),
  },
  channels: { me: { email: 'me@example.com' }, ops: { slack: 'harpoon/slack' } },
};

/** A template as plain JSON. */
export interface TemplateJson {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

/** One resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Both templates, for CDK's assertions and as JSON. */
export interface Synthesised {
  readonly stateful: Template;
  readonly stateless: Template;
  readonly json: { readonly stateful: TemplateJson; readonly stateless: TemplateJson };
}

/** Folders that stand for bundles: what is in them does not matter to the templates. */
export function emptyBundles(): Record<FunctionName, string> {
  const root = mkdtempSync(join(tmpdir(), 'harpoon-bundles-'));
  const made = FUNCTION_NAMES.map((name) => {
    const directory = join(root, name);
    mkdirSync(directory);
    writeFileSync(join(directory, 'index.mjs'), `export const handler = () => '${name}';\n`);
    return [name, directory];
  });
  return Object.fromEntries(made) as Record<FunctionName, string>;
}

/** An app with both stacks and the context of cdk.json, as `npx cdk synth` makes it. */
export function newApp(
  config: Config = CONFIG,
  context: Readonly<Record<string, unknown>> = {},
  bundles: Readonly<Record<FunctionName, string>> = emptyBundles(),
): { readonly app: App; readonly stacks: Stacks } {
  const file = new URL('../../cdk.json', import.meta.url);
  const cdk = JSON.parse(readFileSync(file, 'utf8')) as { context: Record<string, unknown> };
  const outdir = mkdtempSync(join(tmpdir(), 'harpoon-synth-'));
  const app = new App({
    outdir,
    context: { ...cdk.context, ...context },
    analyticsReporting: false,
  });
  return { app, stacks: addStacks(app, { config, bundles }) };
}

const made = new Map<string, Synthesised>();

/** Both stacks of a configuration, synthesised once in a process: it takes a second, and is read only. */
export function synthesise(
  config: Config = CONFIG,
  context: Readonly<Record<string, unknown>> = {},
): Synthesised {
  const asked = JSON.stringify([config, context]);
  const known = made.get(asked) ?? synthesised(config, context);
  made.set(asked, known);
  return known;
}

function synthesised(config: Config, context: Readonly<Record<string, unknown>>): Synthesised {
  const { stacks } = newApp(config, context);
  const stateful = Template.fromStack(stacks.stateful);
  const stateless = Template.fromStack(stacks.stateless);
  const json = {
    stateful: stateful.toJSON() as TemplateJson,
    stateless: stateless.toJSON() as TemplateJson,
  };
  return { stateful, stateless, json };
}

/** The resources of a type, by logical id. */
export function ofType(template: TemplateJson, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}
