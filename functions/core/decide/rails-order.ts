/**
 * Rails that look at the order itself, not at money: its side, its type, and how many orders are
 * open beside it. None of them holds an order that only reduces a position.
 */
import type { Account, Rails } from '../config.ts';
import type { RailVerdict } from './rail-verdict.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { assert } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';

/** What these rails look at. */
export interface OrderRailsInput {
  readonly signal: Signal;
  readonly openOrders?: number;
}

/** The rails that need nothing but the signal; why the order may not be placed. */
export function wordsRefusal(signal: Signal, rails: Rails): Refusal | undefined {
  return sidesVerdict(signal, rails)?.refusal ?? typesVerdict(signal, rails)?.refusal;
}

/** Whether the decision needs the number of orders that are open on the account. */
export function countsOpenOrders(signal: Signal, { rails }: Account): boolean {
  return rails?.maxOpenOrders !== undefined && !isReducing(signal) && mayRest(signal);
}

/** Which sides may be placed. */
export function sidesVerdict({ action }: Signal, { sides }: Rails): RailVerdict | undefined {
  if (sides === undefined) return undefined;
  const allowed = sides.join(', ') || 'none';
  const verdict = { rail: 'sides', limit: allowed, seen: () => action };
  if (sides.includes(action)) return verdict;
  const closing =
    action === 'sell'
      ? ' A sale that only leaves a position passes when its message says "reduceOnly": true.'
      : '';
  const sentence = `a ${action} may not be placed on this account; the sides allowed are ${allowed} (sides): add ${action} to the rails in harpoon.yaml if it should.${closing}`;
  const numbers = { side: action, sides: allowed };
  return { ...verdict, refusal: refusal('side-not-allowed', sentence, numbers) };
}

/** Which types may be placed. */
export function typesVerdict(
  { type: own, stop }: Signal,
  { types }: Rails,
): RailVerdict | undefined {
  if (types === undefined) return undefined;
  const allowed = types.join(', ') || 'none';
  // A stop that goes out with the order is an order too.
  const asked = stop === undefined ? [own] : [own, stop.type];
  const verdict = { rail: 'types', limit: allowed, seen: () => asked.join(' with a ') };
  const type = asked.find((one) => !types.includes(one));
  if (type === undefined) return verdict;
  const sentence = `an order of type ${type} may not be placed on this account; the types allowed are ${allowed} (types): write one of these, or add ${type} to the rails in harpoon.yaml.`;
  return {
    ...verdict,
    refusal: refusal('type-not-allowed', sentence, { type, types: allowed }),
  };
}

/** How many orders may be open. One that would not stay open takes no place. */
export function maxOpenOrdersVerdict(
  { signal, openOrders }: OrderRailsInput,
  { maxOpenOrders: most }: Rails,
): RailVerdict | undefined {
  if (most === undefined || !mayRest(signal)) return undefined;
  assert(openOrders !== undefined, 'open orders were counted for the rail that looks at them');
  const seen = () => `${openOrders} are open before it`;
  const verdict = { rail: 'maxOpenOrders', limit: String(most), seen };
  if (openOrders < most) return verdict;
  const { stop, remedy } = insteadOf(signal);
  const sentence = `${openOrders} orders are open on the account, and ${most} may be (maxOpenOrders)${stop}: cancel one at Kraken,${remedy} or raise maxOpenOrders in harpoon.yaml.`;
  const numbers = { open: String(openOrders), maxOpenOrders: String(most) };
  return { ...verdict, refusal: refusal('too-many-open-orders', sentence, numbers) };
}

/** What its sender may write so that the order takes no place; nothing where a stop takes one anyway. */
function insteadOf({ type, stop }: Signal): { readonly stop: string; readonly remedy: string } {
  if (stop !== undefined)
    return { stop: ', and the stop of this one would take a place', remedy: '' };
  return { stop: '', remedy: type === 'market' ? ' leave "start" out,' : ' send a market order,' };
}

/** Whether the order could stay open at Kraken once it is there. */
function mayRest({ type, timeInForce, startAtMs, stop }: Signal): boolean {
  // What fills leaves its stop behind.
  if (stop !== undefined) return true;
  // An order with a start time waits at Kraken as an open one, whatever its type.
  if (startAtMs !== undefined) return true;
  if (type === 'market' || type === 'settle-position') return false;
  return timeInForce !== 'IOC' && timeInForce !== 'FOK';
}
