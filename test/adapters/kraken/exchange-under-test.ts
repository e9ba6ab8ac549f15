/** What the contract of exchanges is told about one of them. */
import type { Attempt, Order } from '../../../functions/core/order.ts';
import type { Exchange, MarketData } from '../../../functions/core/ports.ts';
import { DEADLINE_MS } from '../../../functions/core/protocol.ts';

/** An exchange under test, with BTC at about 50,000 USD and 100,000 USD on the account. */
export interface ExchangeUnderTest {
  readonly exchange: Exchange;
  readonly market: MarketData;
  readonly nowMs: () => number;
  /** The next nonce of the key. */
  readonly nextNonce: () => string;
  /** How many orders arrived at the other end, or left when there is no other end to count at. */
  copies(): number;
  close(): Promise<void>;
}

/** Makes an exchange to test. */
export type Make = () => Promise<ExchangeUnderTest>;

/** One trouble that an order meets there, named so that it follows "an order that". */
export interface Trouble {
  readonly name: string;
  /** Whether the order is at the exchange all the same. */
  readonly isPlaced: boolean;
  /** Set when nobody read the order at the other end, so that none is counted. */
  readonly isUnread?: true;
  /** An exchange whose next order meets the trouble. */
  readonly make: Make;
}

/** What an exchange can show; what it does not have is not asked of it. */
export interface Abilities {
  readonly make: Make;
  /** Keeps accounts: what is bought and sold changes the balances. */
  readonly hasMoney: boolean;
  /** Checks names, amounts and prices. */
  readonly checksOrders: boolean;
  /** After these the outcome is unknown. */
  readonly unclear: readonly Trouble[];
  /** Before these not a byte of the order has left. */
  readonly neverSent: readonly Trouble[];
  /** Exchanges whose every question fails. */
  readonly away: Make;
}

/** The attempt that a worker would make now. */
export function attempt(
  { nowMs, nextNonce }: ExchangeUnderTest,
  order: Partial<Order>,
  rest: Partial<Attempt> = {},
): Attempt {
  const atMs = nowMs();
  return {
    token: 'token',
    nonce: nextNonce(),
    deadlineMs: atMs + DEADLINE_MS,
    preparedAtMs: atMs,
    order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01', ...order },
    keyId: 'main-trade',
    fence: 1,
    validate: false,
    ...rest,
  };
}
