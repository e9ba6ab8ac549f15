/**
 * How long the intent of one signal takes: from the text of its message to the order, with the
 * rails judged, once the facts are known.
 */
import { decideOrder, pairsNeeded } from '../../functions/core/decide/decide-order.ts';
import { readJson } from '../../functions/core/message/json.ts';
import { parseSignal } from '../../functions/core/message/parse-signal.ts';
import { median } from './bundles.ts';
import { decisionInput } from './decide.ts';
import type { Figure } from './sign.ts';

const INTENTS = 1_000;
const ROUNDS = 7;
/** Rounds before the first that counts: as many as the compiler takes to settle. */
const WARM_UP = 8;

/** A strategy's message as TradingView sends it, with a stop that follows from the price. */
const MESSAGE = JSON.stringify({
  ...{ secret: 'not looked at here', id: 'trend-42', time: '2026-11-22T12:00:00Z' },
  ...{ symbol: 'KRAKEN:COIN500USD', action: 'buy', type: 'limit', price: '-0.5%', close: 100.01 },
  ...{ size: '0.5% risk', riskStop: 97.5, timeInForce: 'GTC', comment: 'breakout', bar: 1234 },
});

/** Median over several rounds of microseconds for parsing and deciding. */
export function benchIntent(): Figure {
  const facts = decisionInput();
  const source = { ...facts.source, size: { kind: 'signal' } as const };
  let steps = 0;
  const round = () => {
    const startMs = performance.now();
    for (let i = 0; i < INTENTS; i += 1) {
      const root = readJson(MESSAGE);
      if (!root.ok || root.value.kind !== 'object') throw new Error('the message is an object');
      const parsed = parseSignal(root.value, { sourceName: 'trend', source });
      if (!parsed.ok) throw new Error(parsed.error.sentence);
      const input = { ...facts, source, signal: parsed.value.signal };
      const needed = pairsNeeded(input);
      const decided = decideOrder(input);
      if (!decided.ok) throw new Error(decided.error.sentence);
      steps += needed.length > 0 ? decided.value.decision.steps.length : 0;
    }
    return ((performance.now() - startMs) * 1_000) / INTENTS;
  };
  for (let i = 0; i < WARM_UP; i += 1) round();
  const value = median(Array.from({ length: ROUNDS }, round));
  // Using what was decided keeps the work from being optimised away.
  if (steps < INTENTS * (ROUNDS + WARM_UP)) throw new Error('an order is not explained');
  return { name: 'intent of one signal: parse and decide', value, unit: 'us', budget: 100 };
}
