/** A right configuration for the tests, and a way to change one of its lines. */

/** Every kind of key once, on known lines. */
export const RIGHT = `accounts:
  main:
    exchange: kraken-spot
    mode: live
    secret: harpoon/main
    rails:
      pairs: [BTC/USD, ETH/USD]
      maxOrder: 500 USD
      maxPosition: 2000 USD
      maxDaily: 5000 USD
      maxOrdersPerHour: 20
      maxDailyLoss: 200 USD
      maxSpread: 0.5%
      maxPriceDeviation: 2%
      maxConsecutiveFailures: 3
  toy:
    mode: paper
sources:
  btc-trend:
    auth: tradingview
    secret: harpoon/btc
    accounts: [main]
    size: { quote: 100 USD }
    maxAge: 60s
    allowFrom: [203.0.113.7]
    symbols:
      BINANCE:BTCUSDT: BTC/USD
    onUnplaced: resend
    notify: [me]
channels:
  ops: { slack: harpoon/slack }
  me: { email: me@example.com }
`;

/** The right configuration with one text replaced, which must be there exactly once. */
export function changed(from: string, to: string): string {
  if (RIGHT.split(from).length !== 2) throw new Error(`not exactly once in the file: ${from}`);
  return RIGHT.replace(from, () => to);
}
