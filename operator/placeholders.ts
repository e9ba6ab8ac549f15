/**
 * What TradingView writes for the placeholders of an alert's message, as samples: with them a
 * message can be judged before its alert fires.
 * Source: https://www.tradingview.com/support/solutions/43000531021 and .../43000481368
 */

const SAMPLES: Readonly<Record<string, string>> = {
  exchange: 'KRAKEN',
  ticker: 'BTCUSD',
  interval: '15',
  open: '98000.5',
  high: '98100.5',
  low: '97900.5',
  close: '98000.5',
  volume: '12.5',
  'syminfo.currency': 'USD',
  'syminfo.basecurrency': 'BTC',
  'strategy.position_size': '0.01',
  'strategy.order.action': 'buy',
  'strategy.order.contracts': '0.01',
  'strategy.order.price': '98000.5',
  'strategy.order.id': 'Long',
  'strategy.order.comment': 'Long',
  'strategy.market_position': 'long',
  'strategy.market_position_size': '0.01',
  'strategy.prev_market_position': 'flat',
  'strategy.prev_market_position_size': '0',
};

const PLOT = /^plot(?:_\d{1,2}|\("[^"]{1,64}"\))$/;
const PLOT_VALUE = '98000.5';

/** A text with samples in place of its placeholders, and their names. */
export interface Filled {
  readonly text: string;
  readonly names: readonly string[];
}

/** Fills what TradingView would fill; what it does not know stays and is refused as such. */
export function filled(text: string, nowMs: number): Filled {
  const time = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const names = new Set<string>();
  const done = text.replaceAll(/\{\{([^{}]{1,80})\}\}/g, (whole, inner: string) => {
    const name = inner.trim();
    const sample = sampleOf(name, time);
    if (sample === undefined) return whole;
    names.add(whole);
    return sample;
  });
  return { text: done, names: [...names] };
}

function sampleOf(name: string, time: string): string | undefined {
  if (name === 'timenow' || name === 'time') return time;
  if (PLOT.test(name)) return PLOT_VALUE;
  return Object.hasOwn(SAMPLES, name) ? SAMPLES[name] : undefined;
}
