/**
 * An exchange that takes the very order that would be sent, judges it as Kraken does, and fills it
 * against Kraken's public prices. It holds no key and knows no private endpoint. An order exists
 * exactly when its one transaction was written, under an id that follows from our client order id:
 * so the look-up and the proof of absence mean here what they mean at Kraken.
 */
import { decimal } from '../../core/decimal.ts';
import { ExchangeError } from '../../core/exchange-error.ts';
import { availableOf, withOrder, type PaperOrder } from '../../core/paper/paper-book.ts';
import { paperOrderId } from '../../core/paper/paper-key.ts';
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
  const orderOf = async (id: string): Promise<FoundOrder[]> => {
    const open = (await current()).open.find((one) => one.id === id);
    const found = open ?? (await asExchangeError(() => store.order(id)));
    return found === undefined ? [] : [showOrder(found)];
  };
  return {
    warm: () => undefined,
    place: (attempt, clientOrderId) =>
      half === 'trade'
        ? placePaper(attempt, clientOrderId, options)
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
    find: (clientOrderId) => orderOf(paperOrderId(account, clientOrderId)),
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
      const { open } = await current();
      const found = ids.map(
        async (id) => open.find((one) => one.id === id) ?? asExchangeError(() => store.order(id)),
      );
      return (await Promise.all(found)).flatMap((one) =>
        one === undefined ? [] : [showOrder(one)],
      );
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
