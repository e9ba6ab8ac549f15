/**
 * Rails that look at the order itself, not at money: its side, its type, and how many orders are
 * open beside it. None of them holds an order that only reduces a position.
 */
import type { Account, Rails } from './config.ts';
import { refusal, type Refusal } from './refusal.ts';
import { assert } from './result.ts';
import { isReducing, type Signal } from './signal.ts';

/** What these rails look at. */
export interface OrderRailsInput {
  readonly signal: Signal;
  readonly openOrders?: number;
}

/** Why the order may not be placed; undefined when none of these rails minds. */
export function orderRefusal(input: OrderRailsInput, rails: Rails): Refusal | undefined {
  return wordsRefusal(input.signal, rails) ?? tooManyOpen(input, rails);
}

/** Of these rails those that need nothing but the signal. */
export function wordsRefusal(signal: Signal, rails: Rails): Refusal | undefined {
  return sideNotAllowed(signal, rails) ?? typeNotAllowed(signal, rails);
}

/** Whether the decision needs the number of orders that are open on the account. */
export function countsOpenOrders(signal: Signal, { rails }: Account): boolean {
  return rails?.maxOpenOrders !== undefined && !isReducing(signal) && mayRest(signal);
}

function sideNotAllowed({ action }: Signal, { sides }: Rails): Refusal | undefined {
  if (sides === undefined || sides.includes(action)) return undefined;
  const allowed = sides.join(', ') || 'none';
  const closing =
    action === 'sell'
      ? ' A sale that only leaves a position passes when its message says "reduceOnly": true.'
      : '';
  const sentence = `a ${action} may not be placed on this account; the sides allowed are ${allowed} (sides): add ${action} to the rails in harpoon.yaml if it should.${closing}`;
  return refusal('side-not-allowed', sentence, { side: action, sides: allowed });
}

function typeNotAllowed({ type }: Signal, { types }: Rails): Refusal | undefined {
  if (types === undefined || types.includes(type)) return undefined;
  const allowed = types.join(', ') || 'none';
  const sentence = `an order of type ${type} may not be placed on this account; the types allowed are ${allowed} (types): write one of these, or add ${type} to the rails in harpoon.yaml.`;
  return refusal('type-not-allowed', sentence, { type, types: allowed });
}

/** An order that would not stay open takes no place. */
function tooManyOpen(
  { signal, openOrders }: OrderRailsInput,
  { maxOpenOrders: most }: Rails,
): Refusal | undefined {
  if (most === undefined || !mayRest(signal)) return undefined;
  assert(openOrders !== undefined, 'open orders were counted for the rail that looks at them');
  if (openOrders < most) return undefined;
  const sentence = `${openOrders} orders are open on the account, and ${most} may be (maxOpenOrders): cancel one at Kraken, send a market order, or raise maxOpenOrders in harpoon.yaml.`;
  return refusal('too-many-open-orders', sentence, {
    open: String(openOrders),
    maxOpenOrders: String(most),
  });
}

/** Whether the order could stay open at Kraken once it is there. */
function mayRest({ type, timeInForce, startAtMs }: Signal): boolean {
  // An order with a start time waits at Kraken as an open one, whatever its type.
  if (startAtMs !== undefined) return true;
  if (type === 'market' || type === 'settle-position') return false;
  return timeInForce !== 'IOC' && timeInForce !== 'FOK';
}
