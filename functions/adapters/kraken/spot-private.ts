/**
 * Kraken's private spot endpoints for one API key, with parsed results.
 *
 * Calls go out one after another, each with its nonce drawn when its turn comes: two requests on
 * the way together can overtake each other, and Kraken refuses the one that arrives late. AddOrder
 * alone brings its own nonce and never travels on a kept connection.
 * Source: https://docs.kraken.com/api/docs/rest-api (Account Data, Trading)
 */
import type * as v from 'valibot';
import type { Answer } from '../../core/answer.ts';
import type { Decimal } from '../../core/decimal.ts';
import type { OrderName } from '../../core/identity.ts';
import { ExchangeError, resultOf } from '../../core/exchange-error.ts';
import type { KeyInfo, Log } from '../../core/ports.ts';
import type { ApiKey } from '../../core/secret.ts';
import { readAnswer } from './envelope.ts';
import { encodeForm, type Form } from './form.ts';
import { signer } from './sign.ts';
import type { HttpRequest, Transport } from './transport.ts';
import * as wire from './wire.ts';

/** Rows on one page of ClosedOrders and TradesHistory, and orders that QueryOrders takes. */
const PAGE_ROWS = 50;

/** Pages that are read at most; a page of trades costs up to 4 of the key's 15 to 20 points. */
const MAX_PAGES = 5;

/** What the client is bound to. */
export interface SpotPrivateOptions {
  readonly transport: Transport;
  readonly key: ApiKey;
  /** The next nonce of the key, as decimal text; always above every earlier one. */
  readonly nextNonce: () => string;
  readonly log?: Log | undefined;
}

/** The private side of Kraken spot. */
export class SpotPrivate {
  readonly #options: SpotPrivateOptions;
  readonly #sign: ReturnType<typeof signer>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SpotPrivateOptions) {
    this.#options = options;
    this.#sign = signer(options.key.secret);
  }

  /** Sends an order once, over a fresh connection; `form` holds the nonce. Never rejects. */
  addOrder(form: Form & { nonce: string }, mayStillSend: () => boolean): Promise<Answer> {
    return this.#inTurn(async () => {
      const request = this.#signed('AddOrder', form);
      const reply = await this.#options.transport.sendFresh(request, mayStillSend);
      return readAnswer(reply, { path: request.path, log: this.#options.log, numbers: 'exact' });
    });
  }

  /** Open orders, of one name if given, by exchange order id. */
  async openOrders(name?: OrderName): Promise<Readonly<Record<string, wire.WireOrder>>> {
    const result = await this.#ask('OpenOrders', nameFilter(name));
    return wire.read(wire.openOrders, result, 'OpenOrders').open;
  }

  /** Closed orders since then. Throws when there are more than can be read. */
  async closedOrders(filter: {
    name?: OrderName;
    sinceMs: number;
  }): Promise<Readonly<Record<string, wire.WireOrder>>> {
    return this.#pages('ClosedOrders', async (ofs) => {
      const start = unixSeconds(filter.sinceMs);
      const form = { ...nameFilter(filter.name), start, ofs };
      const result = await this.#ask('ClosedOrders', form);
      return wire.read(wire.closedOrders, result, 'ClosedOrders').closed;
    });
  }

  /** Trades in that time, by trade id. Throws when there are more than can be read. */
  async trades(filter: {
    sinceMs: number;
    untilMs: number;
  }): Promise<Readonly<Record<string, { ordertxid: string; pair: string; time: number }>>> {
    const start = unixSeconds(filter.sinceMs);
    const end = String(Math.ceil(filter.untilMs / 1_000) + 1);
    return this.#pages('TradesHistory', async (ofs) => {
      const result = await this.#ask('TradesHistory', { start, end, ofs });
      return wire.read(wire.trades, result, 'TradesHistory').trades;
    });
  }

  /** Orders by exchange order id; throws when more than 50 are asked for, which is Kraken's limit. */
  async queryOrders(
    exchangeOrderIds: readonly string[],
  ): Promise<Readonly<Record<string, wire.WireOrder>>> {
    if (exchangeOrderIds.length > PAGE_ROWS) {
      const message = `QueryOrders takes ${PAGE_ROWS} orders, not ${exchangeOrderIds.length}`;
      throw new ExchangeError(message, { retryable: false });
    }
    const result = await this.#ask('QueryOrders', { txid: exchangeOrderIds.join(',') });
    return wire.read(wire.orders, result, 'QueryOrders');
  }

  /**
   * Changes an open order, over a kept connection: a change that is lost may go again. Never rejects.
   * `mayStillSend` is asked when its turn has come.
   */
  amendOrder(form: Form, mayStillSend: () => boolean): Promise<Answer> {
    return this.#inTurn(async () => {
      if (!mayStillSend()) {
        return { kind: 'never-sent', reason: 'it was too late to send when its turn came' };
      }
      const request = this.#signed('AmendOrder', { nonce: this.#options.nextNonce(), ...form });
      const reply = await this.#options.transport.send(request);
      return readAnswer(reply, { path: request.path, log: this.#options.log, numbers: 'exact' });
    });
  }

  /** Cancels one order; returns how many were cancelled. An order that is gone is an error. */
  async cancelOrder(
    order: { readonly exchangeOrderId: string } | { readonly clientOrderId: string },
  ): Promise<number> {
    const form =
      'clientOrderId' in order
        ? { cl_ord_id: order.clientOrderId }
        : { txid: order.exchangeOrderId };
    return wire.read(wire.cancelled, await this.#ask('CancelOrder', form), 'CancelOrder').count;
  }

  /** Cancels every open order of the account; returns how many. */
  async cancelAll(): Promise<number> {
    return wire.read(wire.cancelled, await this.#ask('CancelAll'), 'CancelAll').count;
  }

  /** Balances by Kraken's asset id, net of pending withdrawals. */
  async balance(): Promise<Readonly<Record<string, Decimal>>> {
    return wire.read(wire.balances, await this.#ask('Balance'), 'Balance');
  }

  /** Balances by Kraken's asset id, with what is held by open orders and what is on credit. */
  async balanceEx(): Promise<
    Readonly<Record<string, Record<'balance' | 'hold_trade' | 'credit' | 'credit_used', Decimal>>>
  > {
    return wire.read(wire.extendedBalances, await this.#ask('BalanceEx'), 'BalanceEx');
  }

  /** Lots on margin that are open, by id. */
  async openPositions(): Promise<v.InferOutput<typeof wire.positions>> {
    return wire.read(wire.positions, await this.#ask('OpenPositions'), 'OpenPositions');
  }

  /** What the key may do; needs no permission. */
  async apiKeyInfo(): Promise<KeyInfo> {
    const info = wire.read(wire.apiKeyInfo, await this.#ask('GetApiKeyInfo'), 'GetApiKeyInfo');
    return {
      permissions: info.permissions,
      nonce: info.nonce,
      nonceWindow: info.nonce_window,
      seesAllTimes: isNever(info.query_from) && isNever(info.query_to),
      ...(info.iban ? { accountId: info.iban } : {}),
    };
  }

  /** A call that may be asked again. */
  #ask(name: string, form: Form = {}): Promise<unknown> {
    return this.#inTurn(async () => {
      const request = this.#signed(name, { nonce: this.#options.nextNonce(), ...form });
      const reply = await this.#options.transport.send(request);
      const about = { path: request.path, log: this.#options.log, numbers: 'exact' } as const;
      return resultOf(readAnswer(reply, about), name);
    });
  }

  #signed(name: string, form: Form & { nonce: string }): HttpRequest {
    const path = `/0/private/${name}`;
    const body = encodeForm(form);
    return {
      method: 'POST',
      path,
      body,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'API-Key': this.#options.key.key.reveal(),
        'API-Sign': this.#sign({ path, nonce: form.nonce, body }),
      },
    };
  }

  /** Runs after every earlier call has ended, however it ended. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(call, call);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Reads pages until one is not full. Rows that move to the next page meanwhile come twice. */
  async #pages<Row>(
    name: string,
    read: (ofs: string) => Promise<Readonly<Record<string, Row>>>,
  ): Promise<Readonly<Record<string, Row>>> {
    const rows: Record<string, Row> = {};
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const found = await read(String(page * PAGE_ROWS));
      Object.assign(rows, found);
      if (Object.keys(found).length < PAGE_ROWS) return rows;
    }
    throw new ExchangeError(`${name} has more than ${MAX_PAGES * PAGE_ROWS} rows for that time`, {
      retryable: false,
    });
  }
}

/** The filter by which Kraken finds an order of this name. */
function nameFilter(name: OrderName | undefined): Form {
  if (name?.userref !== undefined) return { userref: String(name.userref) };
  return { cl_ord_id: name?.clientOrderId };
}

/** Whole seconds, one earlier than needed: Kraken leaves the start itself out. */
function unixSeconds(atMs: number): string {
  return String(Math.floor(atMs / 1_000) - 1);
}

/** Kraken writes 0 for a bound that is not set. */
function isNever(bound: string): boolean {
  return bound === '' || bound === '0';
}
