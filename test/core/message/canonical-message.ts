/** A signal written as the message that means it, in Harpoon's own names. */
import type { Signal, SignalSize } from '../../../functions/core/signal.ts';

/** Fields of the message; times as RFC 3339. */
export function canonicalMessage(signal: Signal): Readonly<Record<string, unknown>> {
  const { source: _, sentAtMs, size, seenPrice, startAtMs, expireAtMs, unknown, ...same } = signal;
  const { price, price2 } = signal;
  return {
    ...same,
    ...(price === undefined ? {} : { price: from('last', price) }),
    // Of a trailing stop it can only be a distance.
    ...(price2 === undefined || signal.type === 'trailing-stop-limit'
      ? {}
      : { price2: from('trigger', price2) }),
    time: instant(sentAtMs),
    ...(size === undefined ? {} : { size: sizeText(size) }),
    ...(seenPrice === undefined ? {} : { close: seenPrice }),
    ...(startAtMs === undefined ? {} : { start: instant(startAtMs) }),
    ...(expireAtMs === undefined ? {} : { expire: instant(expireAtMs) }),
    ...Object.fromEntries(
      Object.entries(unknown ?? {}).map(([name, json]) => [name, JSON.parse(json) as unknown]),
    ),
  };
}

function sizeText(size: SignalSize): string {
  switch (size.unit) {
    case 'base':
      return size.amount;
    case 'quote':
      return `${size.amount} ${size.currency}`;
    case 'percent':
      return `${size.amount}%`;
    case 'available':
    case 'position':
    case 'risk':
      return `${size.amount}% ${size.unit}`;
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function from(what: string, price: string): string {
  return /^-[0-9.]+$/.test(price) ? `${what}${price}` : price;
}
