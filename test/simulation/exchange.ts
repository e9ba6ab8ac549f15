/**
 * Kraken as the protocol has to fear it: requests and answers get lost, arrive late or twice, reads
 * lag and fail, an id may be used again once its order is closed. What an answer means is decided
 * by the product's own answer.ts. Kind where a promise of Kraken's is relied on: the deadline is
 * honoured (unless the world is adversarial), a nonce that was passed is refused.
 */
import { decimal, type Decimal } from '../../functions/core/decimal.ts';
import { ExchangeError, resultOf } from '../../functions/core/exchange-error.ts';
import { hasName } from '../../functions/core/identity.ts';
import type { OpenLot } from '../../functions/core/open-lots.ts';
import type { Pair, Ticker } from '../../functions/core/market/pair.ts';
import type { Balance, Exchange, LaneLease, MarketData } from '../../functions/core/ports.ts';
import { BTC_USD, GOOD_KEY } from '../fakes/exchange.ts';
import { AmendRoute } from './amend-route.ts';
import { Engine, refused, TICKER } from './engine.ts';
import { Executions } from './executions.ts';
import type { Temper } from './exchange-temper.ts';
import { KeyRing } from './key-ring.ts';
import { MARGIN_PAIRS, type Language } from './language.ts';
import type { Monitor } from './monitor.ts';
import { OrderBook } from './order-book.ts';
import type { Cancelled } from './order-reads.ts';
import { OrderRoute } from './order-route.ts';
import type { Process, Surroundings } from './process.ts';
import { Random } from './random.ts';
import { ReadHistory } from './read-history.ts';
import { EPOCH_MS } from './scheduler.ts';
import type { Strategies } from './strategies.ts';

/** One list for ever, as a warm function keeps the table of its pairs. */
const PAIRS: readonly Pair[] = [BTC_USD];

const AMOUNT = { total: decimal('1000000'), available: decimal('1000000') };
/** What is left of it after a bad day. */
const LESS = { total: decimal('900000'), available: decimal('900000') };

/** As the adapter asks for closed orders: from this long before the time that is wanted. */
const LOOK_BACK_MS = 60_000;

/** The exchange of a world. */
export class SimulatedExchange {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #keys: KeyRing;
  readonly #engine: Engine;
  readonly #route: OrderRoute;
  readonly #amends: AmendRoute;
  readonly #pairs: readonly Pair[];
  readonly #language: Language | undefined;
  readonly #start: Decimal | undefined;
  readonly #wanders: boolean;
  readonly #openSide: OpenLot['side'];
  readonly #cancelled: (owner: string) => void;
  readonly #recalled: Cancelled;
  readonly book: OrderBook;

  constructor(
    around: Surroundings,
    monitor: Monitor,
    options: {
      readonly seed: number;
      readonly temper: Temper;
      readonly keys?: KeyRing;
      readonly language?: Language | undefined;
      /** Absent where nobody follows what is placed. */
      readonly strategies?: Strategies | undefined;
      /** Hears of every cancel, and of whose orders. */
      readonly cancelled?: (owner: string) => void;
      /** An order was cancelled by its id. */
      readonly recalled?: Cancelled;
    },
  ) {
    this.#around = around;
    this.#language = options.language;
    this.#cancelled = options.cancelled ?? (() => undefined);
    this.#recalled = options.recalled ?? (() => undefined);
    this.#monitor = monitor;
    this.#keys = options.keys ?? new KeyRing();
    const { seed, temper } = options;
    const room = { random: new Random(seed, 'exchange'), keys: this.#keys, temper };
    const { language, strategies } = options;
    const isMargin = language !== undefined || strategies?.hasLeverage === true;
    this.#openSide = new Random(seed, 'margin').pick(['buy', 'sell'] as const);
    this.#wanders = strategies?.hasStops === true;
    this.#pairs = isMargin ? MARGIN_PAIRS : PAIRS;
    const traded = new Random(seed, 'executions');
    const executions = strategies && new Executions(around, traded);
    const history = language?.amends === true ? new ReadHistory(around, temper.lagMs) : undefined;
    const ofBook = { ...room, lagMs: temper.lagMs, executions, history };
    this.book = new OrderBook(around, monitor, ofBook);
    this.#start = options.language?.flattens === true ? AMOUNT.total : undefined;
    this.#engine = new Engine(around, monitor, { ...room, book: this.book, start: this.#start });
    this.#route = new OrderRoute(around, monitor, this.#engine);
    this.#amends = new AmendRoute(around, monitor, this.#engine);
  }

  /** What the exchange says publicly. */
  marketFor(process: Process): MarketData {
    const read = <T>(port: string, value: () => T): Promise<T> =>
      process.call({ port, effect: () => this.publicly(value), fastMs: 3, slowMs: 40 });
    return {
      pairs: () => read('market.pairs', () => this.#pairs),
      tickers: (pairs) =>
        read('market.tickers', () => new Map(pairs.map(({ name }) => [name, this.#ticker()]))),
      mode: () =>
        read('market.mode', () => {
          const off = this.#around.faults.lasts('exchange in maintenance');
          return off ? ('maintenance' as const) : ('online' as const);
        }),
      skewMs: () => read('market.skewMs', () => -process.skewMs),
    };
  }

  /** The market; where strategies bring stops it leaves its place for some minutes, and comes back. */
  #ticker(): Ticker {
    if (!this.#wanders) return TICKER;
    const step = [0, 100, 0, -100][Math.floor(this.#around.scheduler.nowMs / 180_000) % 4] ?? 0;
    const moved = (price: Decimal): Decimal => price.plus(String(step));
    return { bid: moved(TICKER.bid), ask: moved(TICKER.ask), last: moved(TICKER.last) };
  }

  /** What somebody once opened on margin, on one side; what orders do to it is not followed. */
  #lots(): readonly OpenLot[] {
    if (this.#language === undefined) return [];
    const amounts = { volume: decimal('0.5'), cost: decimal('24000') };
    return [{ pair: BTC_USD.altname, side: this.#openSide, ...amounts, openedAtMs: EPOCH_MS }];
  }

  /** The exchange as one process sees it through a key and its lane. */
  portFor(process: Process, lane: LaneLease): Exchange {
    const read = async <T>(port: string, value: () => T): Promise<T> => {
      const nonce = lane.nextNonce();
      this.#monitor.nonceUsed(lane, nonce, process.name);
      const effect = (): T =>
        this.#answer(() => {
          if (this.#engine.isRevoked(lane.keyId)) resultOf(refused('EAPI:Invalid key'), port);
          if (!this.#engine.acceptNonce(lane.keyId, nonce))
            resultOf(refused('EAPI:Invalid nonce'), port);
          return value();
        });
      return process.call({ port, effect, fastMs: 3, slowMs: 40 });
    };
    return {
      warm: () => undefined,
      place: (attempt, name) => this.#route.place({ process, attempt, ...name }),
      balances: () =>
        read('exchange.balances', () => {
          const held = this.#holding(lane);
          const balances = new Map([
            ['USD', this.#start === undefined ? AMOUNT : moneyOf(this.#start, held)],
            ['BTC', held],
          ]);
          this.#monitor.flattens?.shown(process.name, balances);
          return balances;
        }),
      positions: () => read('exchange.positions', () => this.#lots()),
      find: (name, sinceMs) =>
        read('exchange.find', () =>
          this.book.reads
            .visible(lane.keyId, true)
            .filter(
              (order) =>
                hasName(name, order) &&
                (order.status === 'open' || order.openedAtMs >= sinceMs - LOOK_BACK_MS),
            ),
        ),
      tradedOrders: (sinceMs, untilMs) =>
        read('exchange.tradedOrders', () => this.book.reads.traded(lane.keyId, sinceMs, untilMs)),
      orders: (ids) =>
        read('exchange.orders', () => {
          if (ids.length > 50) throw new ExchangeError('more than 50', { retryable: false });
          return this.book.reads
            .visible(lane.keyId, false)
            .filter((order) => ids.includes(order.exchangeOrderId));
        }),
      openOrders: () =>
        read('exchange.openOrders', () => {
          const shown = this.book.reads.visible(lane.keyId, true);
          const open = shown.filter(({ status }) => status === 'open');
          const ids = open.map(({ exchangeOrderId }) => exchangeOrderId);
          this.#monitor.rails.shown(process.name, ids);
          return open;
        }),
      cancel: (id) =>
        read('exchange.cancel', () => this.book.cancel(lane.keyId, id, this.#recalled)),
      amend: (exchangeOrderId, change) =>
        this.#amends.amend({ process, lane, exchangeOrderId, change }),
      cancelAll: () =>
        read('exchange.cancelAll', () => {
          this.#cancelled(this.#keys.of(lane.keyId).owner);
          return this.book.cancelAll(lane.keyId);
        }),
      keyInfo: () =>
        read('exchange.keyInfo', () => {
          const isQuery = this.#keys.of(lane.keyId).half === 'query';
          const blind = isQuery && this.#around.faults.lasts('query key is blind');
          const permissions = GOOD_KEY.permissions.filter(
            (one) => !isQuery || one !== 'modify-trades',
          );
          return { ...GOOD_KEY, permissions, seesAllTimes: !blind };
        }),
    };
  }

  #holding({ keyId }: LaneLease): Balance {
    if (this.#start === undefined) return this.#hasLost() ? LESS : AMOUNT;
    return this.book.reads.holding(this.#keys.of(keyId).owner, this.#start, true);
  }

  #hasLost(): boolean {
    const { lossAtMs = Infinity } = this.#language ?? {};
    return this.#around.scheduler.nowMs >= lossAtMs;
  }

  /** What is said to anybody, when it can be said. */
  publicly<T>(value: () => T): T {
    if (this.#around.faults.lasts('market data away')) {
      throw new ExchangeError('no readable answer', { retryable: true });
    }
    return this.#answer(value);
  }

  #answer<T>(value: () => T): T {
    const { faults } = this.#around;
    if (faults.lasts('exchange away') || faults.strikes('read fails')) {
      throw new ExchangeError('no readable answer', { retryable: true });
    }
    return value();
  }
}

/** The money of an account that bought or sold at the one price since it began: its worth stays. */
function moneyOf(start: Decimal, { total }: Balance): Balance {
  const money = AMOUNT.total.plus(start.minus(total).times(TICKER.last));
  return { total: money, available: money };
}
