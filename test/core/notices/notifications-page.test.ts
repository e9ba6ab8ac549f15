/** Holds docs/notifications.md to the code: every title is explained, and every table is whole. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../../../functions/core/decimal.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';
import {
  foreignMessageNotice,
  keyNotice,
  noRowNotice,
  trippedNotice,
} from '../../../functions/core/notices/account-notice.ts';
import {
  marginShortageNotice,
  shortageNotice,
} from '../../../functions/core/notices/drift-notice.ts';
import { guessedSaleNotice } from '../../../functions/core/notices/guessed-sale-notice.ts';
import {
  orderNotice,
  recalledNotice,
  unknownNotice,
  waitingNotice,
} from '../../../functions/core/notices/order-notice.ts';
import { orphanNotice } from '../../../functions/core/notices/profit-notice.ts';
import { settledNotice } from '../../../functions/core/notices/settled-notice.ts';
import { reusedIdNotice } from '../../../functions/core/notices/signal-notice.ts';
import {
  cancelNotice,
  haltedNotice,
  resumedNotice,
} from '../../../functions/core/notices/switch-notice.ts';
import {
  stillOpenNotice,
  turnedUpNotice,
} from '../../../functions/core/notices/turned-up-notice.ts';
import { ORDER_STATES } from '../../../functions/core/order-state.ts';
import { context, sentRow, ZONED } from './notice-fixture.ts';

const PAGE = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');
const row = sentRow();

const TURNED = { why: 'so', by: 'ann', atMs: 512_000 } as const;
const WAS = { ...TURNED, blocks: 'all', version: 3, auditHash: '' } as const;
const SHORT = { account: 'main', owned: decimal('1'), books: [] };
const cancelled = (title: string) =>
  cancelNotice('main', { title, text: 'so', by: 'ann', id: 'x' }, context);

describe('docs/notifications.md', () => {
  it.each([
    ...ORDER_STATES.flatMap((state) => orderNotice(row, state, 'so', context) ?? []),
    waitingNotice(row, 'so', context),
    unknownNotice(row, 'so', context),
    recalledNotice(row, { what: 'so', isSettled: true }, context),
    recalledNotice(row, { what: 'so', isSettled: false }, context),
    recalledNotice(row, { what: 'so', isSettled: true, because: 'silence' }, context),
    settledNotice(row, { says: 'placed', why: 'so', untilMs: 0 }, context),
    settledNotice(row, { says: 'absent', why: 'so', untilMs: 0 }, context),
    turnedUpNotice(row, 'so', context),
    stillOpenNotice(row, 'so', context),
    guessedSaleNotice(row, [], [], context),
    orphanNotice(row, [], context),
  ])('explains $title', ({ title, urgency }) => {
    const [, happened] = /on main: (.*)$/.exec(title) ?? [];
    const urgent = urgency === 'page' ? ' yes ' : ' ';
    expect(PAGE).toContain(`| ${happened} |${urgent}|`);
  });

  it.each([
    trippedNotice(row, { blocks: 'all', reason: 'so' }, context),
    haltedNotice(EVERY_ACCOUNT, { to: 'all', ...TURNED }, ZONED),
    resumedNotice(switchOf('main'), WAS, TURNED, ZONED),
    cancelled('Account main: 2 open orders cancelled at Kraken'),
    cancelled('Open orders of account main could not be cancelled yet'),
    keyNotice('main', { half: 'trade', why: 'so' }, context),
    keyNotice('main', { half: 'query', why: 'so' }, context),
    noRowNotice({ account: 'main', orderKey: 'f' }, context),
    foreignMessageNotice('m', context),
    reusedIdNotice(row, 'so', ZONED),
    shortageNotice({ ...SHORT, asset: 'BTC', held: ZERO }, context),
    marginShortageNotice({ ...SHORT, pair: 'BTC/USD', base: 'BTC', open: ZERO }, context),
  ])('explains $title', ({ title }) => {
    const known = PAGE.split('\n').flatMap((line) => /^\| ([A-Z][^|]*) \|/.exec(line)?.[1] ?? []);
    expect(known.filter((words) => beginsWith(words).test(title))).toHaveLength(1);
  });

  it('has no table that a blank line cuts in two', () => {
    const lines = PAGE.split('\n');
    const begins = lines.flatMap((line, at) =>
      line.startsWith('|') && lines[at - 1]?.startsWith('|') !== true ? [at] : [],
    );
    expect(begins).not.toHaveLength(0);
    for (const at of begins) expect(lines[at + 1]).toMatch(/^\| ---/);
  });
});

/** The words of a row, where `…` stands for a name or a number. */
function beginsWith(words: string): RegExp {
  const parts = words.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}`);
}
