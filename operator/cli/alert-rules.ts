/** The alert rules of an installation: those of its configuration, and those that were added. */
import { memoryName } from '../../functions/core/alerts/rule-name.ts';
import type { AlertRule } from '../../functions/core/alerts/rule.ts';
import type { RuleState } from '../../functions/core/alerts/state.ts';
import { nearest } from '../../functions/core/suggest.ts';
import { CliError } from './command.ts';
import type { Installation } from './installation.ts';

/** A rule, and where it is written. */
export interface KnownRule {
  readonly rule: AlertRule;
  readonly from: 'file' | 'added';
}

/** A rule with all that is to be told of it. */
export interface RuleView extends KnownRule {
  /** Undefined: nobody has looked at it yet. */
  readonly state: RuleState | undefined;
  /** Only while it is muted. */
  readonly mutedUntilMs: number | undefined;
  /** A rule of the file has the same id, and goes before it. */
  readonly isShadowed: boolean;
}

/** Rules of the file in its order, then the added ones by id. */
export async function knownRules(
  installation: Pick<Installation, 'config' | 'alerts'>,
): Promise<readonly KnownRule[]> {
  const added = [...(await installation.alerts.rules())].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [
    ...(installation.config.alerts ?? []).map((rule) => ({ rule, from: 'file' }) as const),
    ...added.map((rule) => ({ rule, from: 'added' }) as const),
  ];
}

/** All rules as they stand now. */
export async function ruleViews(
  installation: Pick<Installation, 'config' | 'alerts' | 'clock'>,
): Promise<readonly RuleView[]> {
  const { alerts, clock } = installation;
  const [known, states, mutes] = await Promise.all([
    knownRules(installation),
    alerts.states(),
    alerts.mutes(),
  ]);
  const byName = new Map(states.map((state) => [state.ruleId, state]));
  const nowMs = clock.nowMs();
  const ofFile = new Set(known.flatMap(({ rule, from }) => (from === 'file' ? [rule.id] : [])));
  return known.map(({ rule, from }) => {
    const mutedUntilMs = mutes.get(rule.id) ?? 0;
    return {
      ...{ rule, from, state: byName.get(memoryName(rule)) },
      mutedUntilMs: mutedUntilMs > nowMs ? mutedUntilMs : undefined,
      isShadowed: from === 'added' && ofFile.has(rule.id),
    };
  });
}

/** The rule of an id, that of the file first. Throws CliError when there is none. */
export function ruleOfId(id: string, known: readonly KnownRule[]): KnownRule {
  const found = known.find(({ rule }) => rule.id === id);
  if (found !== undefined) return found;
  const near = nearest(
    id,
    known.map(({ rule }) => rule.id),
  );
  const remedy = near === undefined ? 'See `npx harpoon alerts list`' : `Did you mean ${near}?`;
  const said = JSON.stringify(id.slice(0, 40));
  throw new CliError('not-found', `there is no alert rule ${said}. ${remedy}`, { id });
}
