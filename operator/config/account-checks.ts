/**
 * What the schema cannot see in accounts: limits that contradict each other, and what an account
 * needs before it may reach Kraken. Looks at the tree, so that it finds its faults beside those of
 * the schema.
 */

import { parseMoney, type Money } from '../../functions/core/money.ts';
import type { Finding } from './fault.ts';
import { peoplesName } from '../../functions/core/market/pair-name.ts';
import { paperFindings } from './paper-checks.ts';
import { has, mapAt, textAt } from './tree.ts';
import type { Tree } from './walk.ts';

const MONEY_RAILS = ['maxOrder', 'maxPosition', 'maxDaily', 'maxDailyLoss'] as const;

type MoneyRail = (typeof MONEY_RAILS)[number];

/** Findings about all accounts. */
export function accountFindings(tree: Tree): readonly Finding[] {
  const hasChannel = Object.keys(mapAt(tree, 'channels')).length > 0;
  return Object.entries(mapAt(tree, 'accounts')).flatMap(([name, account]) => [
    ...needs(name, account),
    ...(hasChannel ? [] : silence(name, account)),
    ...railFindings(name, account),
    ...paperFindings(name, account),
  ]);
}

/** An account that reaches Kraken needs rails and keys. */
function needs(name: string, account: Tree): readonly Finding[] {
  const mode = textAt(account, 'mode');
  if (mode !== 'validate' && mode !== 'live') return [];
  const findings: Finding[] = [];
  if (!has(account, 'rails')) {
    findings.push({
      path: ['accounts', name, 'rails'],
      problem: `is missing, and account ${name} is ${mode}`,
      remedy: 'Add rails: { pairs: [BTC/USD], maxOrder: 500 USD }, or write mode: paper.',
    });
  }
  if (!has(account, 'secret')) {
    findings.push({
      path: ['accounts', name, 'secret'],
      problem: `is missing, and account ${name} is ${mode}`,
      remedy: `Add secret: harpoon/${name}, the name of its keys in Secrets Manager.`,
    });
  }
  return findings;
}

/** Real money needs somebody who hears of it. */
function silence(name: string, account: Tree): readonly Finding[] {
  if (textAt(account, 'mode') !== 'live') return [];
  return [
    {
      path: ['accounts', name, 'mode'],
      problem: 'is live, and there is no channel on which anybody would hear of its orders',
      remedy: 'Add channels: { me: { email: me@example.com } }.',
    },
  ];
}

function railFindings(name: string, account: Tree): readonly Finding[] {
  const amounts = MONEY_RAILS.flatMap((rail) => {
    const money = parseMoney(textAt(account, 'rails', rail) ?? '');
    if (!money.ok) return [];
    const { amount, currency } = money.value;
    return [{ rail, money: { amount, currency: peoplesName(currency) } }];
  });
  const path = (rail: MoneyRail) => ['accounts', name, 'rails', rail];
  const [first] = amounts;
  const order = amounts.find(({ rail }) => rail === 'maxOrder');
  const findings: Finding[] = [];
  for (const { rail, money } of amounts) {
    if (first !== undefined && money.currency !== first.money.currency) {
      findings.push({
        path: path(rail),
        problem: `is in ${money.currency}, and ${first.rail} is in ${first.money.currency}`,
        remedy: `Write all amounts of one account in one currency, such as ${first.money.currency}.`,
      });
    } else if (order !== undefined && CAPS.has(rail) && isAbove(order.money, money)) {
      findings.push({
        path: path('maxOrder'),
        problem: `is above ${rail}, so no order of that size could ever pass`,
        remedy: `Lower maxOrder to ${textAt(account, 'rails', rail) ?? ''} or raise ${rail}.`,
      });
    }
  }
  return findings;
}

/** Rails that every order has to stay under as well. */
const CAPS: ReadonlySet<MoneyRail> = new Set(['maxPosition', 'maxDaily']);

/** Whether an amount is above another of the same currency. */
export function isAbove(amount: Money, limit: Money): boolean {
  return amount.currency === limit.currency && amount.amount.gt(limit.amount);
}
