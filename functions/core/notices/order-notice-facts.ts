/**
 * The numbers of an order as a person wants them: what it is, what it is worth, what was asked for
 * and what came of it, and the names by which it is found again. Only what is known is said.
 */
import type { NoticeFact } from './notice.ts';
import { readableSpan } from '../notifications/times.ts';
import { orderNow } from '../order-now.ts';
import type { Decision, Order, OrderRow } from '../order.ts';
import { isPaperOrder } from '../paper/paper-key.ts';
import type { Refusal } from '../refusal.ts';
import type { Signal, SignalSize } from '../signal.ts';

/** How the numbers of a refusal are called; the rest go by their own names. */
const REFUSAL_LABELS: Readonly<Record<string, string>> = {
  requested: 'Requested',
  rounded: 'Rounded to',
  minimum: 'Smallest volume',
  minimumCost: 'Smallest value',
  wouldPass: 'Would pass',
  value: 'Value',
  available: 'Free',
  needed: 'Needed',
  held: 'Held',
  projected: 'Would hold',
  price: 'Price asked for',
  last: 'Live price',
  ask: 'Ask',
  bid: 'Bid',
  spread: 'Spread in %',
  tick: 'Price step',
  start: 'Equity at the day’s start',
  now: 'Equity now',
  mode: 'Kraken is',
  status: 'The pair is',
};

/** The facts of a row, with what is about to be written to it. */
export function orderFacts(row: OrderRow, atMs: number): readonly NoticeFact[] {
  const { signal, decision, exchangeOrderId } = row;
  const facts: NoticeFact[] = [];
  const fact = (label: string, value: string | undefined): void => {
    if (value !== undefined) facts.push({ label, value });
  };
  const order = orderNow(row);
  fact('Side', order?.side ?? signal.action);
  if (order === undefined || decision === undefined) {
    fact('Asked for', askedFor(signal));
  } else {
    fact('Volume', volumeOf(order, decision));
    fact('Price', priceOf(order, decision));
    fact('Stop', order.close && priceOf(order.close, decision));
    fact('Take-profits', profitsOf(decision));
  }
  fact('Value', decision && `${decision.notional} ${currencies(decision).quote}`);
  fact('Requested', decision && sizeAsked(decision));
  fact('Reason', row.refusal?.code);
  facts.push(...refusalFacts(row.refusal, order !== undefined));
  fact('Account', row.account);
  fact('Source', signal.source);
  // Where no order was made of it, what was asked for names it.
  fact('Symbol', order && decision?.pair !== signal.symbol ? signal.symbol : undefined);
  fact('Signal age', age(atMs - signal.sentAtMs));
  const isPaper = isPaperOrder(exchangeOrderId ?? '');
  fact(isPaper ? 'Paper order id' : 'Kraken order id', exchangeOrderId);
  fact('Client order id', row.clientOrderId);
  fact('Signal id', signal.id);
  return facts;
}

function currencies({ pair }: Decision): { readonly base: string; readonly quote: string } {
  const [base = '', quote = ''] = pair.split('/');
  return { base, quote };
}

function volumeOf({ volume, volumeInQuote }: Order, decision: Decision): string {
  const { base, quote } = currencies(decision);
  return `${volume} ${volumeInQuote === true ? quote : base}`;
}

/** An order's price in words: `limit 50000 USD`, `market, about 50000.5 USD`. */
function priceOf(
  { type, price, price2 }: Pick<Order, 'type' | 'price' | 'price2'>,
  decision: Decision,
): string {
  const { quote } = currencies(decision);
  if (price === undefined) return `${type}, about ${decision.atPrice} ${quote}`;
  const named = `${type} ${inCurrency(price, quote)}`;
  return price2 === undefined ? named : `${named} then ${inCurrency(price2, quote)}`;
}

/** Where how much of it is sold again: `50% at 51000 USD, 30% at 53000 USD`. */
function profitsOf(decision: Decision): string | undefined {
  const { quote } = currencies(decision);
  return decision.takeProfits
    ?.map(({ price, share }) => `${share}% at ${inCurrency(price, quote)}`)
    .join(', ');
}

/** Distances (`+2%`) have no currency. */
function inCurrency(price: string, quote: string): string {
  return /^[0-9]/.test(price) ? `${price} ${quote}` : price;
}

/** What a message asked for, where no order was made of it. */
function askedFor({ type, price, size, symbol }: Signal): string {
  const at = price === undefined ? '' : ` at ${price}`;
  return `${size === undefined ? '' : `${sizeText(size)} of `}${symbol}, ${type}${at}`;
}

const SHARES = {
  percent: 'of the equity',
  available: 'of what is free',
  position: 'of what is held',
  risk: 'of the equity at risk',
} as const;

function sizeText(size: SignalSize): string {
  if (size.unit === 'base') return size.amount;
  if (size.unit === 'quote') return `${size.amount} ${size.currency}`;
  return `${size.amount} % ${SHARES[size.unit]}`;
}

/** What was wished before it was rounded, from the steps of the decision. */
function sizeAsked({ steps }: Decision): string | undefined {
  return steps.find(({ step }) => step === 'size' || /^[0-9.]+ % of/.test(step))?.value;
}

/** The numbers that a refusal was made with. What the facts of the order say is not said twice. */
function refusalFacts(refused: Refusal | undefined, hasOrder: boolean): readonly NoticeFact[] {
  return Object.entries(refused?.numbers ?? {})
    .filter(([name]) => !name.endsWith('Ms') && !(hasOrder && name === 'value'))
    .map(([name, value]) => ({ label: REFUSAL_LABELS[name] ?? name, value }));
}

/** A signal may come from a clock that is a little ahead. */
function age(ms: number): string {
  return readableSpan(Math.max(0, ms));
}
