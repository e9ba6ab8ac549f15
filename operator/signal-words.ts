/** A signal in one line for people, so that tables of meanings can be read and compared. */
import {
  standText,
  type Signal,
  type SignalSize,
  type SignalStop,
} from '../functions/core/signal.ts';

/** `sell 0.5 of KRAKEN:XBTUSD, stop-loss at -2%, reduce only, then flat`. */
export function signalWords(signal: Signal, means = ''): string {
  const size = signal.size === undefined ? '' : ` ${sizeWords(signal.size, signal)}`;
  const { type, price, price2 } = signal;
  const at = price === undefined ? '' : ` at ${price}`;
  const limit = price2 === undefined ? '' : ` with the limit ${price2}`;
  const texts: readonly (readonly [string, string | undefined])[] = [
    ['by the price', signal.trigger],
    ['showing', signal.displayVolume],
    ['', signal.timeInForce],
    ['from', instant(signal.startAtMs)],
    ['until', instant(signal.expireAtMs)],
    ['leverage', signal.leverage],
    ['self-trade', signal.selfTrade],
    ['', signal.postOnly === true ? 'post only' : undefined],
    ['', signal.reduceOnly === true ? 'reduce only' : undefined],
    ['with a', stopWords(signal.stop)],
    ...(signal.takeProfits ?? []).map(
      ({ price, share }) => ['take-profit', `${share}% at ${price}`] as const,
    ),
    ['', signal.breakEven === true ? 'break-even with the first' : undefined],
    ['out at', signal.riskStop],
    ['then', signal.marketPosition],
    ['saw', signal.seenPrice],
    ['', signal.comment === undefined ? undefined : `"${signal.comment}"`],
  ];
  const { target } = signal;
  const prev = target?.prev === undefined ? '' : `, coming from ${standText(target.prev)}`;
  return [
    ...(target === undefined
      ? [`${signal.action}${size} of ${signal.symbol}${means}`, `${type}${at}${limit}`]
      : [`to stand ${standText(target)} in ${signal.symbol}${means}${prev}`]),
    ...texts.flatMap(([what, text]) => (text === undefined ? [] : [`${what} ${text}`.trim()])),
  ].join(', ');
}

function stopWords(stop: SignalStop | undefined): string | undefined {
  if (stop === undefined) return undefined;
  const { type, price, price2 } = stop;
  return `${type} at ${price}${price2 === undefined ? '' : ` with the limit ${price2}`}`;
}

function sizeWords(size: SignalSize, { type }: Pick<Signal, 'type'>): string {
  switch (size.unit) {
    case 'base':
      return size.amount;
    case 'quote':
      return `for ${size.amount} ${size.currency}`;
    case 'percent':
      return `for ${size.amount}% of the equity`;
    case 'available':
      return `for ${size.amount}% of what is free`;
    case 'position':
      return `${size.amount}% of what is ${type === 'settle-position' ? 'open' : 'held'}`;
    case 'risk':
      return `with ${size.amount}% of the equity at risk`;
  }
}

function instant(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}
