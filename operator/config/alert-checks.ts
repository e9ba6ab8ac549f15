/**
 * Reads the alert rules of the file: their words, their options, the channels and sources that they
 * name. Looks at the tree, so that faults of all rules are found at once.
 */
import { makeRule, type RuleOptions } from '../../functions/core/alerts/make-rule.ts';
import type { AlertRule, RuleSignal } from '../../functions/core/alerts/rule.ts';
import { refusalOfRule } from '../../functions/core/alerts/rule-signal.ts';
import type { Config } from '../../functions/core/config.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import type { Finding, Path } from './fault.ts';
import { isTargetSource } from './target-checks.ts';
import { mapAt, textAt, textsAt } from './tree.ts';
import type { Tree } from './walk.ts';

/** A rule as it was read, and what is wrong with it. */
interface ReadRule {
  readonly rule: AlertRule | undefined;
  readonly findings: readonly Finding[];
}

/** Findings about all alert rules. */
export function alertFindings(tree: Tree): readonly Finding[] {
  const read = rulesOf(tree);
  const repeated = read.flatMap(({ rule }, index) => {
    const first = read.findIndex((other) => other.rule?.id === rule?.id);
    if (rule === undefined || first === index) return [];
    const problem = `is the same rule as alerts[${first}]`;
    return [{ path: ['alerts', index], problem, remedy: 'Take one of them out.' }];
  });
  return [...read.flatMap(({ findings }) => findings), ...repeated];
}

/** The rules of a file without findings. */
export function alertRules(tree: Tree): readonly AlertRule[] {
  return rulesOf(tree).flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
}

/** Findings about signals that would be refused whenever their rule fires, in a file without others. */
export function signalFindings(
  config: Pick<Config, 'sources'>,
  rules: readonly AlertRule[],
): readonly Finding[] {
  return rules.flatMap((rule, index) => {
    const refused = refusalOfRule(rule, config);
    if (refused === undefined) return [];
    const problem = `is one that ${rule.signal?.source ?? ''} would refuse each time`;
    const remedy = `${refused.sentence.charAt(0).toUpperCase()}${refused.sentence.slice(1)}`;
    return [{ path: ['alerts', index, 'signal'], problem, remedy }];
  });
}

function rulesOf(tree: Tree): readonly ReadRule[] {
  const items = mapAt(tree)['alerts'];
  if (!Array.isArray(items)) return [];
  return (items as readonly Tree[]).map((item, index) => readRule(tree, item, ['alerts', index]));
}

function readRule(tree: Tree, item: Tree, path: Path): ReadRule {
  const isText = typeof item === 'string';
  const text = isText ? item : wordsOf(item, path);
  if (typeof text !== 'string') return { rule: undefined, findings: [text] };
  const options = isText ? {} : optionsOf(item);
  const zone = textAt(tree, 'timezone');
  const made = makeRule(text, options, zone);
  const unknown = unknownNames(tree, item, path);
  if (made.ok) return { rule: unknown.length === 0 ? made.value : undefined, findings: unknown };
  const faults = made.error
    // A zone that the file as a whole has wrong is told once, where it stands.
    .filter(({ option }) => option !== 'zone' || options.zone !== undefined)
    .map(({ option, problem, remedy }) => {
      const key = option === 'rule' && mapAt(item)['when'] !== undefined ? 'when' : option;
      return { path: isText ? path : [...path, key], problem, remedy };
    });
  return { rule: undefined, findings: [...faults, ...unknown] };
}

/** The words of a rule, from its text or from its keys. */
function wordsOf(item: Tree, path: Path): string | Finding {
  const rule = textAt(item, 'rule');
  const when = mapAt(item)['when'];
  if ((rule === undefined) === (when === undefined)) {
    const remedy = 'Write either rule: "BTC/USD above 100000" or when: { pair, above }.';
    return { path, problem: 'needs one of rule and when', remedy };
  }
  if (rule !== undefined) return rule;
  const list = Array.isArray(when) ? (when as readonly Tree[]) : [when ?? ''];
  return list.map(conditionWords).join(' and ');
}

/** `{ pair: BTC/USD, below: 3000, for: 10m }` is `BTC/USD below 3000 for 10m`. */
function conditionWords(condition: Tree): string {
  const keys = mapAt(condition);
  const { pair, for: lasting, in: within, ...verbs } = keys;
  const said = Object.entries(verbs).map(([verb, value]) => `${verb} ${textOf(value)}`);
  const time = lasting === undefined ? '' : ` for ${textOf(lasting)}`;
  const window = within === undefined ? '' : ` in ${textOf(within)}`;
  return `${textOf(pair)} ${said.join(' ')}${time}${window}`.trim();
}

function textOf(value: Tree | undefined): string {
  return typeof value === 'string' ? value : '';
}

const TEXT_OPTIONS = [
  ...(['id', 'repeat', 'hysteresis', 'cooldown', 'quiet', 'zone', 'expires', 'note'] as const),
] as const;

function optionsOf(item: Tree): RuleOptions {
  const texts = TEXT_OPTIONS.flatMap((option) => {
    const text = textAt(item, option);
    return text === undefined ? [] : [[option, text] as const];
  });
  const signal = signalOf(item);
  return {
    ...(Object.fromEntries(texts) as RuleOptions),
    notify: textsAt(item, 'notify').map(({ text }) => text),
    ...(signal === undefined ? {} : { signal }),
  };
}

function signalOf(item: Tree): RuleSignal | undefined {
  if (mapAt(item)['signal'] === undefined) return undefined;
  const { source, ...rest } = mapAt(item, 'signal');
  const fields = Object.entries(rest).map(([key, value]) => [key, textOf(value)] as const);
  return { source: textOf(source), fields: Object.fromEntries(fields) };
}

/** Findings about the channels of the daily summary. */
export function summaryFindings(tree: Tree): readonly Finding[] {
  return unknownChannels(tree, mapAt(tree, 'summary'), ['summary']);
}

function unknownChannels(tree: Tree, holder: Tree, path: Path): readonly Finding[] {
  const channels = mapAt(tree, 'channels');
  return textsAt(holder, 'notify')
    .filter(({ text }) => text !== '' && !Object.hasOwn(channels, text))
    .map(({ text, index }) => ({
      path: [...path, 'notify', index],
      problem: `names ${text}, which is not one of the channels of this file`,
      remedy: suggestion(text, Object.keys(channels)),
    }));
}

function unknownNames(tree: Tree, item: Tree, path: Path): readonly Finding[] {
  const findings: Finding[] = [...unknownChannels(tree, item, path)];
  const signal = signalOf(item);
  if (signal === undefined) return findings;
  const sources = mapAt(tree, 'sources');
  if (!Object.hasOwn(sources, signal.source)) {
    const problem = `names ${signal.source || 'no source'}, and a rule trades through a source`;
    const remedy = suggestion(signal.source, Object.keys(sources));
    findings.push({ path: [...path, 'signal'], problem, remedy });
  }
  if (isTargetSource(mapAt(tree, 'sources', signal.source))) {
    const problem = `names ${signal.source}, whose messages say where its strategy stands, and a rule says buy or sell`;
    const remedy = 'Name a source without target: true.';
    findings.push({ path: [...path, 'signal'], problem, remedy });
  }
  if (signal.fields['action'] !== 'buy' && signal.fields['action'] !== 'sell') {
    const remedy = 'Write signal: { source: btc-trend, action: buy }.';
    findings.push({ path: [...path, 'signal'], problem: 'says no action', remedy });
  }
  return findings;
}
