/** `harpoon alerts add` */
import { isDeepStrictEqual } from 'node:util';
import { makeRule, type RuleOptions } from '../../functions/core/alerts/make-rule.ts';
import type { AlertRule, RuleSignal } from '../../functions/core/alerts/rule.ts';
import { refusalOfRule } from '../../functions/core/alerts/rule-signal.ts';
import type { Config } from '../../functions/core/config.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import { knownRules } from './alert-rules.ts';
import { optionsJson, optionWords } from './alert-rows.ts';
import { CliError, type BoundCommand, type Input } from './command.ts';
import { faultsText } from './rule-faults.ts';
import { isoTime, shortTime } from './times.ts';

const TEXT_OPTIONS = [
  ...(['id', 'repeat', 'hysteresis', 'cooldown', 'quiet', 'zone', 'expires', 'note'] as const),
] as const;

export const addCommand: BoundCommand = {
  needs: 'installation',
  path: ['alerts', 'add'],
  summary: 'add a price alert, watched from the next minute on',
  args: [['<rule...>', 'such as "BTC/USD crosses above 100000"; all words: docs/configuration.md']],
  options: [
    ['--id <name>', 'name in commands; made of what the rule says when left out'],
    ['--repeat <when>', 'once, every (default) or daily'],
    ['--hysteresis <percent>', 'how far back before it may fire again (default: 0.2%)'],
    ['--cooldown <time>', 'least time between two (default: 15m)'],
    ['--quiet <hours>', 'such as 22:00-07:00: told at their end'],
    ['--zone <zone>', 'time zone of this rule, such as Europe/Berlin'],
    ['--expires <day>', 'last day, 2026-12-31, or a time, "2026-12-31 18:00"'],
    ['--note <text>', 'words for yourself, told with it'],
    ['--notify <channels>', 'such as ops,me (default: every channel)'],
    ['--signal <fields>', 'trade when it fires: source=btc-trend,action=buy'],
  ],
  examples: [
    'harpoon alerts add "BTC/USD crosses above 100000"',
    'harpoon alerts add ETH/USD below 3000 for 10m --repeat daily --notify me',
    'harpoon alerts add "SOL/USD falls 5% in 1h" --quiet 22:00-07:00 --zone Europe/Berlin',
    'harpoon alerts add "BTC/USD crosses above 100000" --repeat once --signal source=btc-trend,action=buy',
  ],
  json: [
    'added: false when the same rule is there already',
    'rule: { id, rule, repeat, hysteresisPercent, cooldownMs, zone, notify, quiet, note, signal, expiresAt }',
    'error.faults, when the rule is wrong: [{ option, problem, remedy, from, to }]',
  ],
  async run(input, { kind, config, alerts, clock }) {
    const rule = ruleOf(input, config);
    if (rule.expiresAtMs !== undefined && rule.expiresAtMs <= clock.nowMs()) {
      throw new CliError('usage', '--expires is over. Name a day to come.');
    }
    const { ofFile } = await takenBy(rule.id, { config, alerts });
    if (ofFile !== undefined) {
      const remedy = 'Change it there, or give another --id.';
      const problem = `harpoon.yaml has a rule ${rule.id}: ${ofFile.text}. ${remedy}`;
      throw new CliError('refused', problem, { id: rule.id });
    }
    const added = await alerts.add(rule);
    if (!added) await sameOrRefuse(rule, { config, alerts });
    const mutedUntilMs = (await alerts.mutes()).get(rule.id) ?? 0;
    const muted = `${rule.id} is muted until ${shortTime(mutedUntilMs, rule.zone)} ${rule.zone}: npx harpoon alerts unmute ${rule.id}`;
    return {
      ...(mutedUntilMs > clock.nowMs() ? { warnings: [muted] } : {}),
      json: {
        added,
        rule: {
          ...{ id: rule.id, rule: rule.text, ...optionsJson(rule) },
          expiresAt: isoTime(rule.expiresAtMs),
        },
      },
      lines: (paint) => [
        `${added ? 'Added' : 'There already'}: ${paint.strong(rule.id)}  ${rule.text}`,
        `  ${optionWords(rule)}`,
        ...(rule.signal === undefined
          ? []
          : [paint.warn(`  ${tradesSentence(rule.signal, config, kind)}`)]),
        ...(added ? ['It is watched from the next minute on; nothing from before counts.'] : []),
      ],
    };
  },
};

/** Rules that have this id now. */
async function takenBy(id: string, parts: Parameters<typeof knownRules>[0]) {
  const taken = (await knownRules(parts)).filter(({ rule }) => rule.id === id);
  const of = (from: 'file' | 'added') => taken.find((one) => one.from === from)?.rule;
  return { ofFile: of('file'), added: of('added') };
}

/** The same rule may be added twice and is there once; another one of this id is refused. */
async function sameOrRefuse(
  rule: AlertRule,
  parts: Parameters<typeof knownRules>[0],
): Promise<void> {
  const { added } = await takenBy(rule.id, parts);
  const plain = ({ edition: _, ...said }: AlertRule): unknown => JSON.parse(JSON.stringify(said));
  if (added !== undefined && isDeepStrictEqual(plain(added), plain(rule))) return;
  const other = added === undefined ? '' : `: ${added.text}`;
  const remedy = `Remove it first (npx harpoon alerts rm ${rule.id}), or give another --id.`;
  throw new CliError('refused', `another rule has the id ${rule.id}${other}. ${remedy}`, {
    id: rule.id,
  });
}

function ruleOf(input: Input, config: Config): AlertRule {
  const [text = ''] = input.args;
  const notify = listOf(input.text('notify'));
  const signal = signalOf(input.text('signal'));
  const options: RuleOptions = {
    ...Object.fromEntries(
      TEXT_OPTIONS.flatMap((option) => {
        const said = input.text(option);
        return said === undefined ? [] : [[option, said] as const];
      }),
    ),
    ...{ notify, ...(signal === undefined ? {} : { signal }) },
  };
  const empty = TEXT_OPTIONS.find((option) => input.text(option)?.trim() === '');
  if (empty !== undefined)
    throw new CliError('usage', `--${empty} is empty. Write it, or leave it out.`);
  const made = makeRule(text, options, config.zone);
  if (!made.ok) {
    throw new CliError('usage', faultsText(text, made.error), { faults: made.error });
  }
  checkChannels(notify, config);
  if (signal !== undefined) checkSignal(signal, config);
  const refused = refusalOfRule(made.value, config);
  if (refused !== undefined) {
    const problem = `--signal: ${signal?.source ?? ''} would refuse it each time`;
    throw new CliError('usage', `${problem}: ${refused.sentence}`);
  }
  return made.value;
}

function listOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  return text.split(',').map((one) => one.trim());
}

/** `source=btc-trend,action=buy,size=10%`: the source, and fields of its message. */
function signalOf(text: string | undefined): RuleSignal | undefined {
  if (text === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const part of listOf(text)) {
    const [, name, value] = /^([A-Za-z]+)\s*=\s*(.+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) {
      const problem = `--signal: "${part.slice(0, 40)}" is not one field with its value`;
      throw new CliError('usage', `${problem}. Write source=btc-trend,action=buy.`);
    }
    fields.set(name, value);
  }
  const source = fields.get('source') ?? '';
  fields.delete('source');
  return { source, fields: Object.fromEntries(fields) };
}

function checkChannels(names: readonly string[], { channels }: Config): void {
  const unknown = names.find((name) => !Object.hasOwn(channels, name));
  if (unknown === undefined) return;
  const problem = `--notify: there is no channel "${unknown.slice(0, 40)}"`;
  throw new CliError('usage', `${problem}. ${suggestion(unknown, Object.keys(channels))}`);
}

function checkSignal({ source, fields }: RuleSignal, { sources }: Config): void {
  if (!Object.hasOwn(sources, source)) {
    const problem =
      source === '' ? 'no source is named' : `there is no source "${source.slice(0, 40)}"`;
    const remedy = suggestion(source, Object.keys(sources));
    throw new CliError('usage', `--signal: ${problem}. ${remedy}`);
  }
  if (sources[source]?.target === true) {
    const problem = `the messages of ${source} say where its strategy stands, and a rule says buy or sell`;
    throw new CliError('usage', `--signal: ${problem}. Name a source without target: true.`);
  }
  if (fields['action'] !== 'buy' && fields['action'] !== 'sell') {
    throw new CliError(
      'usage',
      '--signal: action is buy or sell. Write source=btc-trend,action=buy.',
    );
  }
}

/** Nobody is to find out later that an alert trades, and with what. */
function tradesSentence(
  { source, fields }: RuleSignal,
  { sources, accounts }: Config,
  kind: 'local' | 'aws',
): string {
  const how = (name: string) =>
    kind === 'local' ? 'on the embedded exchange' : (accounts[name]?.mode ?? 'unknown');
  const names = (sources[source]?.accounts ?? []).map((name) => `${name} (${how(name)})`);
  return `It trades: each firing raises the signal "${fields['action'] ?? ''}" of ${source} for ${names.join(', ')}.`;
}
