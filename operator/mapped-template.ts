/** A message as a sender with words of its own sends it, put together from its source's `map`. */
import type { MappedField } from '../functions/core/message/message-map.ts';
import { pathText } from '../functions/core/message/map-message.ts';
import type { JudgedSource } from './judge-message.ts';
import type { Template } from './message-template.ts';

/** Fields that every message has where they are mapped. */
const ALWAYS_THERE = ['id', 'time', 'symbol', 'action', 'type', 'size'] as const;

/** Fields that an order which is not a market order lives by. */
const PRICES = ['price', 'price2', 'limitPrice', 'triggerPrice', 'trailBy'] as const;

/** Fields that a message which says where its strategy stands lives by. */
const STANDS = ['marketPosition'] as const;

/** Of which an order that is sized by risk needs one. */
const STOPS = ['riskStop', 'stopLoss', 'trailingStop'] as const;

/** Where two meanings would do. */
const WANTED: Readonly<Record<string, string>> = {
  ...{ action: 'buy', type: 'market' },
  marketPosition: 'long',
};

const UNITS = { s: 1_000, ms: 1, us: 0.001, ns: 0.000_001 } as const;

/** The message; `proof` are the fields by which the sender is believed. */
export function mappedTemplate(
  { name, source }: JudgedSource,
  proof: Readonly<Record<string, string>>,
  nowMs: number,
): Template {
  const map = source.map ?? {};
  const type = map['type'];
  const isMarket = type === undefined || meant('type', type) === 'market';
  const aims = source.target === true ? STANDS : [];
  const stop = source.size.kind === 'risk' ? STOPS.filter((field) => field in map).slice(0, 1) : [];
  const shown = [...ALWAYS_THERE, ...(isMarket ? [] : PRICES), ...aims, ...stop];
  const message: Branch = new Map(Object.entries(proof));
  for (const field of shown) {
    const mapped = map[field];
    if (mapped === undefined || 'always' in mapped) continue;
    if ('flags' in mapped) growFlags(message, field, mapped.flags);
    else grow(message, mapped.path, sampleOf(field, mapped, { source, nowMs }));
  }
  const others = Object.entries(map).flatMap(([field, mapped]) =>
    'always' in mapped || shown.some((one) => one === field)
      ? []
      : [
          `${'flags' in mapped ? Object.keys(mapped.flags).join(', ') : pathText(mapped.path)} (${field})`,
        ],
  );
  return {
    title: `What ${name} sends, as its map reads it`,
    hints: [
      'Its sender writes the message; hold this against one of its own.',
      ...(others.length === 0 ? [] : [`Read as well where it is there: ${others.join(', ')}.`]),
    ],
    text: JSON.stringify(plainOf(message), null, 2),
  };
}

type Branch = Map<string, Branch | string>;

/** The flag that means what is wanted is set, and the others are not. */
function growFlags(branch: Branch, field: string, flags: Readonly<Record<string, string>>): void {
  const wanted = wordFor(field, flags);
  for (const path of Object.keys(flags)) grow(branch, path.split('.'), String(path === wanted));
}

function grow(branch: Branch, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    branch.set(key, value);
    return;
  }
  const below = branch.get(key);
  const next: Branch = typeof below === 'object' ? below : new Map<string, Branch | string>();
  branch.set(key, next);
  grow(next, rest, value);
}

/** Whole numbers from 0 on are places in a list. */
function plainOf(branch: Branch | string): unknown {
  if (typeof branch === 'string') return branch;
  const keys = [...branch.keys()];
  const isList = keys.every((_, at) => branch.has(String(at)));
  if (isList) return keys.map((_, at) => plainOf(branch.get(String(at)) ?? ''));
  return Object.fromEntries([...branch].map(([key, value]) => [key, plainOf(value)]));
}

/** What the field's sample comes to. */
function meant(field: string, mapped: MappedField): string {
  if ('always' in mapped) return mapped.always;
  const table = 'flags' in mapped ? mapped.flags : mapped.values;
  return table === undefined ? (WANTED[field] ?? '') : (table[wordFor(field, table)] ?? '');
}

/** The sender's word: one that means what is wanted, else the first one. */
function wordFor(field: string, values: Readonly<Record<string, string>>): string {
  const words = Object.keys(values);
  return words.find((word) => values[word] === WANTED[field]) ?? words[0] ?? '';
}

function sampleOf(
  field: string,
  { values, time }: Extract<MappedField, { readonly path: unknown }>,
  { source, nowMs }: Pick<JudgedSource, 'source'> & { readonly nowMs: number },
): string {
  if (values !== undefined) return wordFor(field, values);
  switch (field) {
    case 'time':
      return time === undefined ? '{{timenow}}' : String(BigInt(Math.trunc(nowMs / UNITS[time])));
    case 'symbol':
      return Object.keys(source.symbols)[0] ?? 'KRAKEN:BTCUSD';
    case 'id':
      return 'entry-1';
    case 'size':
      return '0.01';
    case 'riskStop':
    case 'stopLoss':
      return '95000';
    case 'trailingStop':
      return '2%';
    case 'trailBy':
      return '+2%';
    default:
      return WANTED[field] ?? '98000';
  }
}
