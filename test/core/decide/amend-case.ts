/** Orders that rest, and what an amend would make of them. */
import { decideAmend, type AmendInput } from '../../../functions/core/decide/decide-amend.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { AmendWish } from '../../../functions/core/amending.ts';
import type { Order } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { decisionInput, type Given } from '../market-fixture.ts';

export const RAILS = { maxOrder: '1000 USD', maxDaily: '5000 USD', maxOrdersPerHour: 20 };
/** A buy of 0.01 BTC at 49500; the last price is 50000. */
export const LIMIT: Order = {
  ...{ pair: 'XBTUSD', side: 'buy', type: 'limit', volume: '0.01', price: '49500' },
  timeInForce: 'GTC',
};
/** Sales of 0.01 BTC that wait for a price. */
export const STOP: Order = {
  pair: 'XBTUSD',
  side: 'sell',
  type: 'stop-loss',
  volume: '0.01',
  price: '48000',
};
export const STOP_LIMIT: Order = { ...STOP, type: 'stop-loss-limit', price2: '47900' };
export const TRAIL: Order = { ...STOP, type: 'trailing-stop', price: '+2%' };
export const ICEBERG: Order = { ...LIMIT, type: 'iceberg', displayVolume: '0.001' };
export const PROFITS = { takeProfits: [{ price: '+2%', share: '10' }] };

/** What is asked of which order; a limit buy that is not filled, unless it is given. */
export interface Case {
  readonly order?: Order;
  readonly wish: AmendWish;
  readonly filled?: string;
  readonly signal?: Partial<Signal>;
  readonly rails?: Given['rails'];
  readonly given?: Partial<Given>;
  readonly openOrders?: number;
}

/** Decides it, with three rails. */
export function decide({ order = LIMIT, wish, filled = '0', ...rest }: Case) {
  const { side: action, type, price, price2, displayVolume } = order;
  const signal: Partial<Signal> = {
    ...{ action, type, ...rest.signal },
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
    ...(displayVolume === undefined ? {} : { displayVolume }),
  };
  const input = decisionInput({ rails: rest.rails ?? RAILS, signal, ...rest.given });
  const open = rest.openOrders === undefined ? {} : { openOrders: rest.openOrders };
  const asked: AmendInput = { ...input, ...open, order, wish, filled: decimal(filled) };
  return decideAmend(asked);
}
