/**
 * Compiles harpoon.yaml: from text to the configuration that the functions carry, or to all of its
 * faults at once. Pure, and never throws, whatever the text.
 */
import * as v from 'valibot';
import type { Account, Config, Heartbeat, Source, Summary } from '../../functions/core/config.ts';
import { accountFindings } from './account-checks.ts';
import { alertFindings, alertRules, signalFindings, summaryFindings } from './alert-checks.ts';
import { readDocument } from './document.ts';
import type { ConfigFault, Finding } from './fault.ts';
import { findingsOf } from './issues.ts';
import { file, type File } from './schema.ts';
import { defaultSecret, secretFindings } from './secret-checks.ts';
import { sourceFindings } from './source-checks.ts';
import { wholeFile } from './syntax.ts';

/** A configuration, or every fault of the file in the order of its lines. */
export type Compiled =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** Largest file that is read, in bytes. */
export const MOST_BYTES = 256 * 1024;

/**
 * The addresses from which TradingView sends webhooks. All its users share them, so they keep
 * strangers out and authorise nobody.
 * Source: https://www.tradingview.com/support/solutions/43000529348
 */
export const TRADINGVIEW_ADDRESSES: readonly string[] = [
  '52.89.214.238',
  '34.212.75.30',
  '54.218.53.128',
  '52.32.178.7',
];

/** Compiles the text of a configuration file. */
export function compileConfig(yamlText: string): Compiled {
  if (Buffer.byteLength(yamlText) > MOST_BYTES) return { ok: false, faults: [tooLarge()] };
  const read = readDocument(yamlText);
  if (!read.ok) return read;
  const { tree, findings, locate } = read.document;
  const parsed = v.safeParse(file, tree);
  const all: readonly Finding[] = [
    ...findings,
    ...findingsOf(parsed.issues ?? []),
    ...accountFindings(tree),
    ...sourceFindings(tree),
    ...secretFindings(tree),
    ...alertFindings(tree),
    ...summaryFindings(tree),
  ];
  if (all.length > 0 || !parsed.success) return { ok: false, faults: locate(all) };
  const config = { ...configOf(parsed.output), alerts: alertRules(tree) };
  const refused = signalFindings(config, config.alerts);
  return refused.length > 0 ? { ok: false, faults: locate(refused) } : { ok: true, config };
}

/** The fault of a file above the limit. */
export function tooLarge(): ConfigFault {
  return wholeFile({
    problem: `the file is larger than ${MOST_BYTES / 1024} KiB`,
    remedy: 'Take out what is not configuration.',
  });
}

function configOf(parsed: File): Config {
  const channels = parsed.channels ?? {};
  const summary = summaryOf(parsed);
  return {
    version: 1,
    accounts: mapValues(parsed.accounts, accountOf),
    sources: mapValues(parsed.sources, (source, name) =>
      sourceOf(source, { name, channels: Object.keys(channels) }),
    ),
    channels,
    zone: parsed.timezone ?? 'UTC',
    ...(summary === undefined ? {} : { summary }),
  };
}

/** Every day at eight, unless the file says otherwise or nobody would hear of it. */
function summaryOf({ summary = 8 * 60, channels }: File): Summary | undefined {
  if (summary === 'off' || channels === undefined) return undefined;
  if (typeof summary === 'number') return { atMinute: summary, channels: [] };
  return { atMinute: summary.at, channels: summary.notify ?? [] };
}

function accountOf({ rails, ...account }: File['accounts'][string]): Account {
  if (rails === undefined) return account;
  const { cooldown, ...limits } = rails;
  return {
    ...account,
    rails: { ...limits, ...(cooldown === undefined ? {} : { cooldownMs: cooldown }) },
  };
}

function sourceOf(
  parsed: File['sources'][string],
  known: { readonly name: string; readonly channels: readonly string[] },
): Source {
  const { auth, accounts, size, maxAge, onUnplaced, roundUpWithin, allow, map } = parsed;
  const { target, onDrift, tellFills, heartbeat } = parsed;
  const allowFrom = addresses(
    parsed.allowFrom ?? (auth === 'tradingview' ? ['tradingview'] : 'any'),
  );
  return {
    auth,
    secret: parsed.secret ?? defaultSecret(known.name),
    accounts,
    size,
    ...(roundUpWithin === undefined ? {} : { roundUpWithin }),
    ...(allow === undefined ? {} : { allow }),
    ...(map === undefined ? {} : { map }),
    ...(target === undefined ? {} : { target }),
    ...(onDrift === undefined ? {} : { onDrift }),
    ...(tellFills === undefined ? {} : { tellFills }),
    maxAgeMs: maxAge,
    ...(heartbeat === undefined ? {} : { heartbeat: heartbeatOf(heartbeat) }),
    ...(allowFrom === undefined ? {} : { allowFrom }),
    symbols: parsed.symbols ?? {},
    onUnplaced,
    notify: parsed.notify ?? known.channels,
  };
}

function heartbeatOf({
  every,
  onSilence,
}: NonNullable<File['sources'][string]['heartbeat']>): Heartbeat {
  return { ...every, onSilence };
}

function addresses(allowFrom: readonly string[] | 'any'): readonly string[] | undefined {
  if (allowFrom === 'any') return undefined;
  const all = allowFrom.flatMap((address) =>
    address === 'tradingview' ? TRADINGVIEW_ADDRESSES : [address],
  );
  return [...new Set(all)];
}

function mapValues<A, B>(
  entries: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, change(value, key)]),
  );
}
