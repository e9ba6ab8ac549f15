/** What a configuration means, in a few lines a person can check, and what the next step needs. */
import type {
  Account,
  Allowed,
  Config,
  Heartbeat,
  PaperSettings,
  Rails,
  Source,
  Size,
} from '../../functions/core/config.ts';
import { readableSpan } from '../../functions/core/notifications/times.ts';
import { quoteWarning } from '../../functions/core/market/chart-quote.ts';
import { unreachable } from '../../functions/core/result.ts';
import { alertsText } from './alert-summary.ts';
import { authText } from './auth-schema.ts';

/** The configuration in short: accounts with mode and rails, sources with their address. */
export function summaryText(config: Config): string {
  const blocks = [
    ...Object.entries(config.accounts).map(([name, account]) => accountText(name, account)),
    ...Object.entries(config.sources).map(([name, source]) => sourceText(name, source)),
    alertsText(config.alerts ?? []),
  ];
  const next = missing(config).map((line) => `  - ${line}\n`);
  if (next.length > 0) blocks.push(`what is missing for the next step\n${next.join('')}`);
  return blocks.join('\n');
}

function accountText(name: string, account: Account): string {
  const { mode, rails, paper } = account;
  const own = paper === undefined ? '' : `  paper: ${paperText(paper)}\n`;
  return `account ${name}: ${MODES[mode]}\n  rails: ${railsText(rails)}\n${own}`;
}

function paperText({ funds, fees = {} }: PaperSettings): string {
  const amounts = Object.entries(funds ?? {}).map(([asset, amount]) => `${amount} ${asset}`);
  const shown = Object.entries(fees).map(([whose, percent]) => `${whose} fee ${percent}%`);
  return [
    funds === undefined ? 'begins with the usual funds' : `begins with ${amounts.join(', ')}`,
    ...shown,
  ].join(', ');
}

const MODES = {
  paper: 'paper (simulated fills at public prices, no key is read)',
  validate: 'validate (Kraken checks the orders and places none)',
  live: 'LIVE (trades at Kraken)',
} as const;

function railsText(rails: Rails | undefined): string {
  if (rails === undefined) return 'none';
  const { pairs, maxSpread, maxPriceDeviation, sides, types, cooldownMs, ...others } = rails;
  const limits = {
    ...others,
    ...(maxSpread === undefined ? {} : { maxSpread: `${maxSpread}%` }),
    ...(maxPriceDeviation === undefined ? {} : { maxPriceDeviation: `${maxPriceDeviation}%` }),
    ...(sides === undefined ? {} : { sides: sides.join(' ') }),
    ...(types === undefined ? {} : { types: types.join(' ') }),
    ...(cooldownMs === undefined ? {} : { cooldown: `${cooldownMs / 1_000}s` }),
  };
  return [
    pairs.join(' '),
    ...Object.entries(limits).map(([rail, limit]) => `${rail} ${limit}`),
  ].join(', ');
}

function sourceText(name: string, source: Source): string {
  const hears = source.notify.length === 0 ? 'nobody' : source.notify.join(', ');
  return [
    `source ${name}: ${authText(source.auth)}, for ${source.accounts.join(', ')}`,
    `  webhook: POST /hook/${name}/<token>, from ${source.allowFrom?.join(', ') ?? 'any address'}`,
    `  size: ${sizeText(source.size)}; at most ${source.maxAgeMs / 1_000} s old; tells ${hears}`,
    ...heartbeatText(source.heartbeat),
    `  allows: ${allowedText(source.allow)}${source.map === undefined ? '' : `; says in its own words: ${Object.keys(source.map).join(', ')}`}`,
    ...Object.entries(source.symbols).map(([chart, pair]) => chartText(chart, pair)),
    `  secret: ${source.secret}\n`,
  ].join('\n');
}

function heartbeatText(heartbeat: Heartbeat | undefined): readonly string[] {
  if (heartbeat === undefined) return [];
  const { everyMs, barMs, onSilence } = heartbeat;
  const done = onSilence === 'notify' ? 'told' : 'told, and its resting entries are cancelled';
  const bars = barMs === undefined ? '' : ` (bars of ${readableSpan(barMs)})`;
  return [`  silent for more than ${readableSpan(everyMs)}${bars}: ${done}`];
}

function chartText(chart: string, pair: string): string {
  const warning = quoteWarning(chart, pair);
  return `  chart ${chart} trades ${pair}${warning === undefined ? '' : `; mind: ${warning}`}`;
}

function allowedText(allow: Allowed | undefined): string {
  const types = allow?.types?.join(', ') ?? 'market, limit';
  return `${types}; leverage ${allow?.leverage ?? 'none'}${allow?.flatten === true ? '; a halt may sell what is held' : ''}`;
}

function sizeText(size: Size): string {
  switch (size.kind) {
    case 'base':
      return `${size.amount} of the base asset`;
    case 'quote':
      return `${size.amount} ${size.currency}`;
    case 'equity':
      return `${size.percent}% of the equity`;
    case 'available':
      return `${size.percent}% of what is free`;
    case 'position':
      return `${size.percent}% of what is held`;
    case 'risk':
      return `${size.percent}% of the equity at risk`;
    case 'signal':
      return 'as the message says';
    default:
      return unreachable(size);
  }
}

/** One sentence for everything that is not set up but will be wanted. */
export function missing(config: Config): readonly string[] {
  const hasChannel = Object.keys(config.channels).length > 0;
  return [
    ...Object.entries(config.accounts).flatMap(([name, account]) => missingOf(name, account)),
    ...(hasChannel ? [] : ['no channel: nobody would hear of an order; a live account needs one']),
  ];
}

function missingOf(name: string, account: Account): readonly string[] {
  const { mode, rails, secret } = account;
  const lines: string[] = [];
  if (mode === 'paper' && rails === undefined) lines.push(`${name}: no rails; validate needs them`);
  if (mode === 'paper' && secret === undefined) {
    lines.push(`${name}: no secret; validate needs the name of its keys in Secrets Manager`);
  }
  if (rails === undefined) return lines;
  if (rails.maxOrder === undefined)
    lines.push(`${name}: no maxOrder; one order may be of any size`);
  if (rails.maxDaily === undefined) lines.push(`${name}: no maxDaily; a day may add any risk`);
  return lines;
}
