/**
 * An exchange that takes the very order that would be sent, judges it as Kraken does, and fills it
 * against Kraken's public prices. It holds no key and knows no private endpoint. An order exists
 * exactly when its one transaction was written, under an id that follows from our client order id:
 * so the look-up and the proof of absence mean here what they mean at Kraken. Nobody here refuses an
 * order after its deadline as Kraken's engine does, so a look-up that finds nothing shuts the door.
 */
import { allEnded } from '../../core/all-ended.ts';
import { decimal } from '../../core/decimal.ts';
import { ExchangeError } from '../../core/exchange-error.ts';
import {
  availableOf,
  withOrder,
  type PaperBook,
  type PaperOrder,
} from '../../core/paper/paper-book.ts';
import { paperCloseId, paperOrderId } from '../../core/paper/paper-key.ts';
import { showOrder } from '../../core/paper/show-paper.ts';
import type { Balance, Exchange, FoundOrder, KeyInfo } from '../../core/ports.ts';
import { amendPaperOrder, refusedAmend } from './amend-order.ts';
import { asExchangeError, broughtUpToDate, changed, type PaperDeps } from './paper-account.ts';
import { placePaper, refusedOutcome } from './place-paper.ts';

/** Orders that one question may name; Kraken's limit. */
const IDS_MAX = 50;

/** As a key of Kraken that looks, and one that also trades. */
const LOOKS = ['query-funds', 'query-open-trades', 'query-closed-trades'];

/** What the exchange is bound to. */
export interface PaperExchangeOptions extends PaperDeps {
  readonly account: string;
  /** The query half looks and refuses to place, to change and to cancel, as a query key does. */
  readonly half: 'trade' | 'query';
}

/** The paper exchange of one account. */
export function paperExchange(options: PaperExchangeOptions): Exchange {
  const { account, half, store } = options;
  const current = async () => (await broughtUpToDate(options)).book;
  const orderOf = async (id: string, { open }: PaperBook): Promise<readonly PaperOrder[]> => {
    const known = open.find((one) => one.id === id);
    const found = known ?? (await asExchangeError(() => store.order(id)));
    return found === undefined ? [] : [found];
  };
  return {
    warm: () => undefined,
    place: (attempt, name) =>
      half === 'trade'
        ? placePaper(attempt, name, options)
        : Promise.resolve(refusedOutcome('EGeneral:Permission denied')),
    async balances() {
      const book = await current();
      const assets = Object.keys(book.balances);
      return new Map<string, Balance>(
        assets.map((asset) => [
          asset,
          { total: decimal(book.balances[asset] ?? '0'), available: availableOf(book, asset) },
        ]),
      );
    },
    // Nothing is opened on margin on paper.
    positions: () => Promise.resolve([]),
    async find(name) {
      const book = await current();
      const id = paperOrderId(account, name);
      const [order] = await orderOf(id, book);
      if (order === undefined) return shutOut(id, options);
      // The close orders that it opened have its userref.
      const closes = Array.from({ length: order.closes ?? 0 }, (_, at) =>
        orderOf(paperCloseId(order.id, at + 1), book),
      );
      return [order, ...(await allEnded(closes)).flat()].map(showOrder);
    },
    async tradedOrders(sinceMs, untilMs) {
      const { fills, forgottenMs } = await current();
      if (sinceMs <= forgottenMs) {
        const message = 'the paper account has more trades since then than it remembers';
        throw new ExchangeError(message, { retryable: false });
      }
      const inTime = fills.filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs);
      return [...new Set(inTime.map(({ id }) => id))];
    },
    async orders(ids) {
      if (ids.length > IDS_MAX) {
        const message = `a paper account is asked for ${IDS_MAX} orders at once, not ${ids.length}`;
        throw new ExchangeError(message, { retryable: false });
      }
      const book = await current();
      const found = await allEnded(ids.map((id) => orderOf(id, book)));
      return found.flat().map(showOrder);
    },
    openOrders: async () => (await current()).open.map(showOrder),
    cancel: (id) => cancel((one) => one.id === id, options),
    amend: (id, change) =>
      half === 'trade'
        ? amendPaperOrder(id, change, options)
        : Promise.resolve(refusedAmend('EGeneral:Permission denied')),
    cancelAll: () => cancel(() => true, options),
    async keyInfo() {
      // As a question to Kraken: it fails where the account cannot be read.
      await asExchangeError(() => store.read());
      return keyInfoOf(half);
    },
  };
}

/**
 * Writes the book once more as it is, where there is no such order. Whoever looked at the book before,
 * stood still and goes on after this, as a frozen function does, finds it changed and writes no order:
 * what was found to be absent stays so.
 */
async function shutOut(id: string, options: PaperExchangeOptions): Promise<FoundOrder[]> {
  const { result } = await changed<FoundOrder[]>(options, async ({ book }) => {
    const order = book.open.find((one) => one.id === id) ?? (await options.store.order(id));
    if (order !== undefined) return { result: [showOrder(order)] };
    return { change: { book }, result: [] };
  });
  return result;
}

/** What the stand-in for a key may do. */
export function keyInfoOf(half: 'trade' | 'query'): KeyInfo {
  const permissions = half === 'trade' ? [...LOOKS, 'modify-trades'] : LOOKS;
  return { permissions, nonce: '0', nonceWindow: '0', seesAllTimes: true };
}

/** Cancels the open orders that are meant; says how many. */
async function cancel(
  isMeant: (order: PaperOrder) => boolean,
  options: PaperExchangeOptions,
): Promise<number> {
  if (options.half !== 'trade') {
    throw new ExchangeError('the query half of a paper account cancels nothing', {
      retryable: false,
    });
  }
  // What the prices filled before the cancel is filled.
  await broughtUpToDate(options);
  const { result } = await changed(options, async ({ book }) => {
    const ended = book.open
      .filter(isMeant)
      .map((one): PaperOrder => ({ ...one, status: 'canceled', reason: 'User requested' }));
    if (ended.length === 0) return { result: 0 };
    return { change: { book: ended.reduce(withOrder, book), ended }, result: ended.length };
  });
  return result;
}
