/** The conditions of a rule in words: what parse-rule.ts reads back to the same conditions. */
import { timeText } from './rule-words.ts';
import type { Condition } from './rule.ts';

/** The canonical text of a rule. */
export function formatConditions(conditions: readonly Condition[]): string {
  return conditions
    .map((condition) => `${condition.pair} ${formatCondition(condition)}`)
    .join(' and ');
}

/** One condition without its pair. */
export function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'cross':
      return condition.side === 'either'
        ? `crosses ${condition.level}`
        : `crosses ${condition.side} ${condition.level}`;
    case 'level': {
      const lasting = condition.forMs === 0 ? '' : ` for ${timeText(condition.forMs)}`;
      return `${condition.side} ${condition.level}${lasting}`;
    }
    case 'move': {
      const verb = { up: 'rises', down: 'falls', either: 'moves' }[condition.direction];
      return `${verb} ${condition.percent}% in ${timeText(condition.windowMs)}`;
    }
    case 'spread':
      return `spread ${condition.side} ${condition.percent}%`;
    case 'volume':
      return `volume 24h ${condition.side} ${condition.amount}`;
    case 'extreme':
      return `new 24h ${condition.end}`;
  }
}
