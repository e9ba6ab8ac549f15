import { expect, it } from 'vitest';
import { Findings } from '../../functions/core/reconcile/check-orders.ts';
import type { Monitor } from './monitor.ts';
import { holdForeign } from './witness-foreign.ts';

const sentence = (id: string): string => `buy 0.1 XBTUSD on main (Kraken order id ${id})`;

it.each<[title: string, found: Partial<Findings>, broken: readonly string[]]>([
  ['names what was placed by hand', { external: [sentence('OHAND1')] }, []],
  [
    'names it as an order that was given up and whose userref it has',
    { differences: [`${sentence('OHAND1')}: it traded, and Harpoon has it on record as unplaced`] },
    [],
  ],
  ['says what it could not compare', { unchecked: ['main: Kraken could not be asked'] }, []],
  ['names nothing', {}, ['what is not ours is named within a day: OHAND1']],
  [
    'calls an order of ours foreign',
    { external: [sentence('OHAND1'), sentence('OSIM1')] },
    ['no order of ours is called foreign: OSIM1'],
  ],
])('a comparison that %s', (_title, found, broken) => {
  const told: string[] = [];
  const monitor = {
    broken: (promise: string, detail: string) => told.push(`${promise}: ${detail}`),
    hasRewound: false,
    seen: new Set<string>(),
  } as unknown as Monitor;
  holdForeign(monitor, Object.assign(new Findings(), found), ['OHAND1']);
  expect(told).toEqual(broken);
});
