/** How long a decision takes, once its facts are known: an equity-sized order under every rail. */
import type { Account, Source } from '../../functions/core/config.ts';
import {
  decideOrder,
  pairsNeeded,
  type DecisionInput,
} from '../../functions/core/decide/decide-order.ts';
import { decimal } from '../../functions/core/decimal.ts';
import { pairTable } from '../../functions/core/market/pair-table.ts';
import type { Pair, Ticker } from '../../functions/core/market/pair.ts';
import type { Figure } from './sign.ts';

/** As many pairs as Kraken lists, and an account that owns several assets. */
const PAIRS = 1_100;
const OWNED = 8;
const DECISIONS = 1_000;
const ROUNDS = 7;

/** Median over several rounds of microseconds for the pairs of one decision and the decision. */
export function benchDecide(): Figure {
  const input = decisionInput();
  let volumes = 0;
  const round = () => {
    const startMs = performance.now();
    for (let i = 0; i < DECISIONS; i += 1) {
      const needed = pairsNeeded(input);
      const decided = decideOrder(input);
      if (!decided.ok) throw new Error(decided.error.sentence);
      volumes += Number(decided.value.order.volume) > 0 ? needed.length : 0;
    }
    return ((performance.now() - startMs) * 1_000) / DECISIONS;
  };
  round();
  const rounds = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
  // Using what was decided keeps the work from being optimised away.
  if (volumes !== (OWNED + 1) * DECISIONS * (ROUNDS + 1)) throw new Error('a pair is missing');
  const value = rounds[(ROUNDS - 1) / 2] ?? Number.NaN;
  return { name: 'decide one order', value, unit: 'us', budget: 100 };
}

/** The facts of one order: an equity-sized limit order under every rail. */
export function decisionInput(): DecisionInput {
  const pairs = Array.from({ length: PAIRS }, (_, index) => pairOf(`COIN${index}`));
  const price: Ticker = { bid: decimal('99.9'), ask: decimal('100.1'), last: decimal('100') };
  const amount = { total: decimal('12.345678'), available: decimal('12.345678') };
  const owned = pairs.slice(0, OWNED).map(({ base }) => [base, amount] as const);
  const account: Account = {
    ...{ exchange: 'kraken-spot', mode: 'live', secret: 'harpoon/main' },
    rails: {
      ...{ pairs: ['COIN500/USD'], maxOrder: '5000 USD', maxPosition: '9000 USD' },
      ...{ maxDaily: '90000 USD', maxOrdersPerHour: 20, maxDailyLoss: '200 USD' },
      ...{ maxSpread: '0.5', maxPriceDeviation: '2' },
    },
  };
  const source: Source = {
    ...{ auth: 'tradingview', secret: 'harpoon/sources/trend', accounts: ['main'] },
    ...{ size: { kind: 'equity', percent: '10' }, maxAgeMs: 60_000, symbols: {} },
    ...{ onUnplaced: 'notify', notify: [] },
  };
  const signal = { id: 'a', source: 'trend', sentAtMs: 0, symbol: 'KRAKEN:COIN500USD' };
  return {
    signal: { ...signal, action: 'buy', type: 'limit', price: '100.123' },
    ...{ account, accountName: 'main', source, mode: 'online', nowMs: 0 },
    pairs: pairTable(pairs),
    tickers: new Map(pairs.map(({ name }) => [name, price])),
    balances: new Map([...owned, ['USD', { total: decimal('9000'), available: decimal('9000') }]]),
    equityAtDayStart: decimal('18000'),
  };
}

function pairOf(base: string): Pair {
  return {
    ...{ name: `${base}/USD`, id: `${base}USD`, altname: `${base}USD`, wsname: `${base}/USD` },
    ...{ base, quote: 'USD', baseId: base, quoteId: 'ZUSD', status: 'online' },
    ...{ priceDecimals: 2, lotDecimals: 8, costDecimals: 5, tickSize: decimal('0.01') },
    ...{ orderMin: decimal('0.01'), costMin: decimal('0.5') },
  };
}
