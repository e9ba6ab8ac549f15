/** `harpoon status` */
import { scopeName } from '../../functions/core/halt/switch-board.ts';
import type { SwitchStatus } from '../switch.ts';
import { checkedSentence, isLate, lateWarning } from './alert-rows.ts';
import type { BoundCommand } from './command.ts';
import type { Installation } from './installation.ts';
import { isDead } from './notification-rows.ts';
import { HINT, orderJson, orderLines, signalLines, signalsOf } from './order-lists.ts';
import { openRows, recentRows } from './order-records.ts';
import { utc } from './order-words.ts';
import { tableLines, type Cell, type Paint } from './paint.ts';
import { sourceJson, sourceLines, sourceStandings } from './source-rows.ts';
import { scopeJson, toolsOf } from './switch-command.ts';
import { isoTime } from './times.ts';

const SIGNALS = 5;
const OPEN_MAX = 20;
const NOTICES = 200;
const DAY_MS = 86_400_000;

export const statusCommand: BoundCommand = {
  needs: 'installation',
  path: ['status'],
  summary: 'how everything stands: switches, orders that are not settled, the last signals',
  examples: ['harpoon status', 'harpoon status --on aws --json'],
  json: [
    'halted: whether any switch stops orders, switches: [{ account: name, or null for the one over all,',
    '  mode, blocks: nothing|entries|all|null (never armed), why, by, since, fault, cancelSince }],',
    'sources that should speak: [{ source, state: heard|silent|unwatched, lastHeard, silentSince,',
    '  allowedMs, onSilence }],',
    'openOrders, lastSignals: as `harpoon orders` shows them, pricesCheckedAt, pricesAreLate,',
    'notifications: { waiting, givenUp } of the newest 200',
  ],
  async run(_input, installation) {
    const { alerts, clock, config } = installation;
    const accounts = Math.max(1, Object.keys(config.accounts).length);
    const [{ switches }, sources, open, last, atMs, notifications] = await Promise.all([
      toolsOf(installation).status(),
      sourceStandings(installation),
      openRows(installation),
      recentRows(installation, {
        ...{ sinceMs: DAY_MS, keep: () => true, limit: SIGNALS * accounts },
      }),
      alerts.lastBeat(),
      noticesOf(installation),
    ]);
    const check = { atMs, nowMs: clock.nowMs() };
    const isHalted = switches.some(({ state }) => state?.blocks !== 'nothing');
    return {
      json: {
        halted: isHalted,
        switches: switches.map((one) => switchJson(one, installation)),
        sources: sources.map(sourceJson),
        ...{ openOrders: open.map(orderJson), lastSignals: last.map(orderJson) },
        ...{ pricesCheckedAt: isoTime(atMs), pricesAreLate: isLate(check), notifications },
      },
      lines: (paint) => [
        isHalted
          ? paint.bad('HALTED: a switch stops orders. To go on: npx harpoon resume')
          : paint.good('No switch stops anything.'),
        ...switchLines(switches, installation, paint),
        '',
        ...sourceLines(sources, check.nowMs, paint),
        ...(open.length === 0
          ? ['Every order is settled.']
          : ['Orders that are not settled:', ...orderLines(open.slice(0, OPEN_MAX), paint)]),
        '',
        ...(last.length === 0
          ? ['No signal came in the last 24 hours.']
          : ['The last signals:', ...signalLines(signalsOf(last).slice(0, SIGNALS), paint)]),
        '',
        ...(open.length + last.length === 0 ? [] : [HINT, '']),
        checkedSentence(check),
        `Notifications: ${notifications.waiting} waiting, ${notifications.givenUp} given up on some channel.`,
      ],
      warnings: [
        ...switches.flatMap(({ scope, fault }) =>
          fault === undefined ? [] : [`${scopeName(scope)}: ${fault}. Who did that?`],
        ),
        ...(isLate(check) ? [lateWarning(check)] : []),
      ],
    };
  },
};

async function noticesOf({ deliveries }: Installation) {
  const newest = await deliveries.recent(NOTICES);
  const isWaiting = ({ deliveries: all }: (typeof newest)[number]) =>
    all.length === 0 || all.some(({ state }) => state === 'waiting');
  return { waiting: newest.filter(isWaiting).length, givenUp: newest.filter(isDead).length };
}

type OneSwitch = SwitchStatus['switches'][number];

function switchLines(
  switches: readonly OneSwitch[],
  { config }: Installation,
  paint: Paint,
): readonly string[] {
  const rows = switches.map(({ scope, state, cancel }): readonly Cell[] => {
    const mode = scope.kind === 'global' ? '-' : (config.accounts[scope.account]?.mode ?? '-');
    const waits = cancel === undefined ? '' : `; a cancel waits since ${utc(cancel.askedAtMs)}`;
    return [
      ...[scopeName(scope), mode, stateCell(state)],
      state === undefined || state.blocks === 'nothing'
        ? waits.slice(2)
        : `${turnedWords(state)}: ${state.why}${waits}`,
    ];
  });
  return tableLines(['SWITCH', 'MODE', 'STOPS', 'WHY'], rows, paint).map((line) => `  ${line}`);
}

function stateCell(state: OneSwitch['state']): Cell {
  if (state === undefined) return { text: 'ALL: never armed', look: ({ bad }) => bad };
  switch (state.blocks) {
    case 'nothing':
      return { text: 'nothing', look: ({ good }) => good };
    case 'entries':
      return { text: 'ENTRIES', look: ({ bad }) => bad };
    case 'all':
      return { text: 'ALL', look: ({ bad }) => bad };
  }
}

function turnedWords({ atMs, by }: NonNullable<OneSwitch['state']>): string {
  return `${atMs === 0 ? 'by hand' : utc(atMs)}, ${by}`;
}

function switchJson({ scope, state, fault, cancel }: OneSwitch, { config }: Installation) {
  const mode = scope.kind === 'global' ? null : (config.accounts[scope.account]?.mode ?? null);
  return {
    ...{ ...scopeJson(scope), mode, blocks: state?.blocks ?? null },
    ...{ why: state?.why ?? null, by: state?.by ?? null },
    since: state === undefined || state.atMs === 0 ? null : isoTime(state.atMs),
    ...{ fault: fault ?? null, cancelSince: isoTime(cancel?.askedAtMs) },
  };
}
