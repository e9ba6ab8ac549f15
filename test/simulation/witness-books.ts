/**
 * The witness of strategies' books. It counts itself what the exchange executed of the orders of each
 * book, and holds every fill that is written down, every order that follows from a book, and at rest
 * the books, against it.
 */
import { isDeepStrictEqual } from 'node:util';
import { bookOf, replay, type BookChange, type BookRef } from '../../functions/core/book.ts';
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import { isUncertain, isWaiting } from '../../functions/core/order-state.ts';
import { isCloseType, type OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder, Preparation } from '../../functions/core/ports.ts';
import type { FakeStore } from '../fakes/store.ts';
import { standsAtRest } from './book-stands.ts';
import { coveredAtRest } from './book-stops.ts';
import { differenceFault, signedBy } from './book-targets.ts';
import { ExecutedOrders } from './executed-orders.ts';
import type { Monitor } from './monitor.ts';

const ONCE = 'a book counts each execution once, and none that was not';
const SETTLED = 'an order follows from a book that nothing can move any more';
const BESIDE = 'nothing is sold that a stop would sell too';
const NEWER = 'an older message of a strategy never undoes a newer one';

/** What the witness knows of one book. */
interface Kept {
  readonly ref: BookRef;
  readonly rows: Map<string, OrderRow>;
  quantity: Decimal;
  version: number;
  newestMs: number;
}

/** Watches the books of one world. */
export class BookWitness {
  readonly #monitor: Monitor;
  readonly #store: FakeStore;
  readonly #executed = new ExecutedOrders();
  readonly #books = new Map<string, Kept>();
  /** A restored table has forgotten what moved its books; people compare them with Kraken. */
  #isRestored = false;

  constructor(monitor: Monitor, store: FakeStore) {
    this.#monitor = monitor;
    this.#store = store;
  }

  /** The exchange made an order; `order` goes on to say how much of it was executed. */
  placed(order: FoundOrder, clientOrderId: string): void {
    this.#executed.placed(order, clientOrderId);
  }

  /** A fill of an entry opened this close order, which goes on to say what was executed of it. */
  opened(close: FoundOrder, clientOrderId: string): void {
    this.#executed.opened(close, clientOrderId);
  }

  /** The exchange has cancelled this one order. */
  cancelled(clientOrderId: string): void {
    for (const { rows } of this.#books.values()) {
      for (const row of rows.values()) {
        const { target, covers, takes } = row.signal;
        if (row.clientOrderId !== clientOrderId || (!target && !covers && !takes)) continue;
        this.#monitor.seen.add('book: order cancelled for the next message');
        return;
      }
    }
    if (this.#isRestored) return;
    const promise = 'only an order of a strategy is cancelled for its next message';
    this.#monitor.broken(promise, '', clientOrderId);
  }

  restored(): void {
    this.#isRestored = true;
  }

  /** An order was licensed, and is in flight from now on. */
  licensed(row: OrderRow, preparation: Preparation): void {
    const { attempt, decision, book: hold } = preparation;
    if (this.#isRestored) return;
    const kept = this.#keptOf(bookOf(row, { ...attempt, pair: decision.pair }));
    if (row.signal.target !== undefined) {
      this.#isSettled(row, kept);
      this.#isBeside(row, kept, preparation);
      this.#isNewest(row, kept);
      const fault = differenceFault(row, {
        order: attempt.order,
        held: kept.quantity,
        source: this.#monitor.config.sources[row.signal.source],
        perUnit: this.#store.acts.books.read(kept.ref).book.perUnit,
      });
      if (fault !== undefined) {
        const promise = 'an order of a target is the difference to the book';
        this.#monitor.broken(promise, fault, row.clientOrderId);
      }
    }
    const { takes, covers } = row.signal;
    if (takes !== undefined || covers !== undefined) this.#isBeside(row, kept, preparation);
    if (covers !== undefined) this.#monitor.seen.add('book: stop for what was left');
    if (hold.claim !== undefined) kept.newestMs = Math.max(kept.newestMs, hold.claim.sentAtMs);
    kept.rows.set(row.orderKey, row);
  }

  /** A row took a step, or a look at its order was written down. */
  moved(row: OrderRow, change: BookChange | undefined): void {
    if (this.#isRestored) return;
    if (row.state === 'unneeded' && row.outcome?.startsWith('a newer message') === true) {
      this.#monitor.seen.add('book: older message undid nothing');
    }
    const stops = row.closes?.orders ?? [];
    if (stops.some(({ cut }) => cut !== undefined)) this.#monitor.seen.add('book: stop gave way');
    if (stops.some(({ movedTo }) => movedTo !== undefined))
      this.#monitor.seen.add('book: stop moved');
    if (row.profits?.ended === true) this.#monitor.seen.add('book: take-profits left');
    if (change === undefined) return;
    const kept = this.#keptOf(change.ref);
    if (change.claim !== undefined) {
      this.#isNewest(row, kept);
      kept.newestMs = Math.max(kept.newestMs, change.claim.sentAtMs);
    }
    if (change.moved !== undefined) this.#count(row, kept, change.moved);
  }

  #count(row: OrderRow, kept: Kept, moved: NonNullable<BookChange['moved']>): void {
    const { from, to, entry } = moved;
    const { clientOrderId } = row;
    const { closeId } = entry;
    const order = this.#executed.orderOf(clientOrderId, closeId);
    if (from !== kept.version || to.version !== from + 1 || entry.version !== to.version) {
      const detail = `${from} to ${to.version}, and it was ${kept.version}`;
      this.#monitor.broken('a book is moved by one at a time', detail, clientOrderId);
    }
    const { before, now } = this.#executed.count(row, entry);
    const { filled = ZERO, cost = ZERO, fee = ZERO } = order ?? {};
    // An order that is not there moves nothing: it ends what the book owed for it.
    const isNothing = [entry.volume, entry.cost, entry.fee].every((amount) =>
      decimal(amount).eq('0'),
    );
    if (
      (order?.side !== entry.side && !isNothing) ||
      now.volume.gt(filled) ||
      now.cost.gt(cost) ||
      now.fee.gt(fee)
    ) {
      const detail = `${now.volume.toFixed()} of ${filled.toFixed()}`;
      this.#monitor.broken(ONCE, detail, clientOrderId);
    }
    kept.version = to.version;
    const after = kept.quantity.plus(signedBy(entry.side, decimal(entry.volume)));
    kept.quantity = after.lt('0') && to.leverage === undefined && entry.alone ? ZERO : after;
    if (!kept.quantity.eq(decimal(to.quantity))) {
      const detail = `${to.quantity}, and it is ${kept.quantity.toFixed()}`;
      this.#monitor.broken('a book is the sum of its executions', detail, clientOrderId);
    }
    this.#monitor.seen.add(
      `book: ${order?.status === 'open' ? 'part' : 'end'} of an order counted`,
    );
    if (before.volume.gt('0')) this.#monitor.seen.add('book: order counted in parts');
    if (closeId !== undefined) this.#monitor.seen.add('book: stop counted');
    if (row.signal.takes !== undefined) this.#monitor.seen.add('book: take-profit counted');
  }

  /** Every other order of the book has come to its end and was counted. */
  #isSettled({ orderKey, clientOrderId }: OrderRow, { rows }: Kept): void {
    for (const other of rows.values()) {
      if (other.orderKey === orderKey || this.#isOver(other) || this.#isStop(other)) continue;
      this.#monitor.broken(SETTLED, `${other.clientOrderId} is in flight`, clientOrderId);
    }
  }

  /** What an order that leaves does not sell is at least what stops may yet sell. */
  #isBeside({ clientOrderId }: OrderRow, kept: Kept, { attempt, decision }: Preparation): void {
    // A stop of dust from before that trades the other way is none of what the order leaves.
    const stops = this.#stopsOf(kept, attempt.order.side);
    if (stops.eq('0')) return;
    this.#monitor.seen.add('book: goes on beside a stop');
    const left = kept.quantity.abs().minus(attempt.order.volume);
    if (!decision.reducing || left.gte(stops)) return;
    const detail = `${left.toFixed()} is left, and stops rest for ${stops.toFixed()}`;
    this.#monitor.broken(BESIDE, detail, clientOrderId);
  }

  /** Base units that stops at the exchange would yet trade, of one side or of both. */
  #stopsOf({ rows }: Kept, side?: 'buy' | 'sell'): Decimal {
    return [...rows.values()]
      .flatMap((row) => [
        ...this.#executed.closesOf(row.clientOrderId),
        ...(this.#isStop(row) ? [this.#executed.orderOf(row.clientOrderId)] : []),
      ])
      .filter((order) => order?.status === 'open' && order.side === (side ?? order.side))
      .reduce((sum, order) => sum.plus(order?.volume ?? ZERO).minus(order?.filled ?? ZERO), ZERO);
  }

  #isNewest({ signal, clientOrderId }: OrderRow, { newestMs }: Kept): void {
    const sentAtMs = signal.restates?.sentAtMs ?? signal.sentAtMs;
    if (sentAtMs >= newestMs) return;
    const detail = `sent ${newestMs - sentAtMs} ms before`;
    this.#monitor.broken(NEWER, detail, clientOrderId);
  }

  /** Whether the row's order is a stop of Harpoon's own that rests for what an order left. */
  #isStop(ref: OrderRow): boolean {
    const { state, signal, attempt } = this.#store.row(ref);
    const isOwn = signal.covers !== undefined && attempt !== undefined;
    return state === 'placed' && isOwn && isCloseType(attempt.order.type);
  }

  #isOver(ref: OrderRow): boolean {
    const row = this.#store.row(ref);
    if (isUncertain(row.state)) return false;
    if (row.state !== 'placed') return true;
    const isEnded = this.#executed.orderOf(row.clientOrderId)?.status !== 'open';
    return isEnded && this.#executed.isOrderCounted(row);
  }

  /**
   * Whether a message waits behind an order of its strategy that only a person can settle. Nobody
   * does in these worlds, so it waits as long as an exit may, a day.
   */
  waitsForPerson(): boolean {
    const now = this.#store.rows();
    // A stop for what is left waits until the switch that keeps it back is lifted, or its day is over.
    if (now.some(({ state, signal }) => isWaiting(state) && signal.covers !== undefined))
      return true;
    const isLeft = ({ state, orderKey }: OrderRow, { rows }: Kept): boolean =>
      state === 'needs-human' && rows.has(orderKey);
    return [...this.#books.values()].some(
      (kept) =>
        now.some((row) => isLeft(row, kept)) &&
        now.some((row) => isWaiting(row.state) && isOf(row, kept.ref)),
    );
  }

  /** Whether everything that was executed is counted, and nothing that ended is followed. */
  isAtRest(): boolean {
    if (this.#isRestored) return true;
    for (const { rows } of this.#books.values()) {
      for (const ref of rows.values()) {
        const row = this.#store.row(ref);
        if (row.state !== 'placed') continue;
        if (!this.#executed.isCounted(row)) return false;
        if (this.#executed.isEnded(row) && row.dueAtMs !== undefined && !waitsForMarket(row))
          return false;
      }
    }
    return true;
  }

  /** Everything that must hold once faults are over and time has passed. */
  atRest(): void {
    if (this.#isRestored) return;
    const rows = [...this.#books.values()].flatMap((kept) => [...kept.rows.values()]);
    for (const ref of rows) this.#rowAtRest(this.#store.row(ref));
    for (const kept of this.#books.values()) {
      this.#bookAtRest(kept);
      const { entries } = this.#store.bookRow(kept.ref);
      const stopsOf = (side?: 'buy' | 'sell'): Decimal => this.#stopsOf(kept, side);
      coveredAtRest(this.#monitor, this.#store, { ref: kept.ref, entries, stopsOf });
    }
    standsAtRest(this.#monitor, this.#store, (id) => this.#executed.orderOf(id));
  }

  #rowAtRest(row: OrderRow): void {
    const { state, clientOrderId, dueAtMs } = row;
    if (state !== 'placed') return;
    if (!this.#executed.isCounted(row)) {
      this.#monitor.broken('at rest every execution is counted', state, clientOrderId);
    }
    if ((this.#executed.isEnded(row) && !waitsForMarket(row)) !== (dueAtMs === undefined)) {
      const detail = dueAtMs === undefined ? 'followed no more' : 'still followed';
      this.#monitor.broken('an order is followed to its end', detail, clientOrderId);
    }
  }

  #bookAtRest({ ref, quantity }: Kept): void {
    const { book, entries, inFlight } = this.#store.bookRow(ref);
    const { claim: _claim, ...moved } = book;
    const name = `${ref.source} on ${ref.account}`;
    if (!decimal(book.quantity).eq(quantity)) {
      this.#monitor.broken('a book is the sum of its executions', name);
    }
    if (!isDeepStrictEqual(replay(ref, entries), moved)) {
      this.#monitor.broken('a book can be made again from its entries', name);
    }
    for (const orderKey of inFlight) {
      const row = this.#store.row({ account: ref.account, orderKey });
      const isFlying =
        row.state === 'placed' ? !this.#executed.isEnded(row) : isUncertain(row.state);
      if (isFlying) continue;
      const promise = 'what has ended is in no book any more as in flight';
      this.#monitor.broken(promise, `${row.state}, ${name}`, row.clientOrderId);
    }
  }

  #keptOf(ref: BookRef): Kept {
    const { on, account, source, pair } = ref;
    const name = `${on} ${account} ${source} ${pair}`;
    const known = this.#books.get(name);
    if (known !== undefined) return known;
    const made = { ref, rows: new Map(), quantity: ZERO, version: 0, newestMs: 0 };
    this.#books.set(name, made);
    return made;
  }
}

function isOf({ account, signal }: OrderRow, ref: BookRef): boolean {
  return account === ref.account && signal.source === ref.source;
}

/** Whether something of it is to be sold when the market is there, which may be never. */
function waitsForMarket({ decision, profits, fill }: OrderRow): boolean {
  const hasProfits = decision?.takeProfits !== undefined && profits?.ended !== true;
  return hasProfits && decimal(fill?.volume ?? '0').gt('0');
}
