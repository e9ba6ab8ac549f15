/** What carrying out and reconciling orders need from outside. */
import type { Config } from '../config.ts';
import type {
  Books,
  Clock,
  Exchange,
  Ids,
  KeyInfo,
  LaneLease,
  Lanes,
  Log,
  MarketData,
  OrderLog,
  OrderQueue,
  Outbox,
  Switches,
  Tally,
} from '../ports.ts';

/** An account's trading desk: its key's name, and the exchange as seen by the lane's holder. */
export interface Desk {
  readonly keyId: string;
  exchange(lane: LaneLease): Exchange;
  /** What the key may do; asked once a day through the exchange given. */
  keyInfo(exchange: Exchange): Promise<KeyInfo>;
}

/** Ports and configuration. `desk` opens the half of the keys that the function may use. */
export interface OrderDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly orders: OrderLog;
  readonly books: Books;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly tally: Tally;
  readonly queue: OrderQueue;
  readonly outbox: Outbox;
  readonly market: MarketData;
  /** Opens the desk of an account: at Kraken with its keys, or on paper without any. */
  desk(account: string): Promise<Desk>;
}
