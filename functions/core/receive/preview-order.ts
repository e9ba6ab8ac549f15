/**
 * What would become of a signal for one account if it came now: by the functions that would carry it
 * out, with the facts of this moment, and with nothing sent, recorded, counted, tripped or told. Only
 * the query key is used, which cannot trade.
 */
import type { Account, Config, Source } from '../config.ts';
import {
  decideOrder,
  railsOn,
  wantedOrder,
  type DecisionInput,
  stepsOf,
} from '../decide/decide-order.ts';
import { gatherFacts, type Facts } from '../execute/gather-facts.ts';
import type { Desk, OrderDeps } from '../execute/order-deps.ts';
import type { OrderState } from '../order-state.ts';
import type { Order, OrderRow, SizeStep } from '../order.ts';
import type { ParsedSignal } from '../message/parse-signal.ts';
import type { Exchange } from '../ports.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { claimVerdicts, type Counted } from '../decide/rails-claim.ts';
import type { RailVerdict } from '../decide/rail-verdict.ts';
import type { Refusal } from '../refusal.ts';
import { isReducing } from '../signal.ts';
import { verdictOf, type Verdict } from './signal-verdict.ts';
import { releaseLane } from '../execute/take-lane.ts';

/** What the counting rails have counted, read and not claimed. */
export interface RiskCounts {
  counted(
    account: string,
    at: { readonly atMs: number; readonly source: string },
  ): Promise<Counted>;
}

/** What a preview works with: desks of query keys. */
export interface PreviewDeps extends OrderDeps {
  readonly counts: RiskCounts;
}

/** A signal, and the account that it is looked at for. */
export interface PreviewedSignal extends ParsedSignal {
  readonly config: Config;
  readonly source: Source;
  readonly accountName: string;
  readonly account: Account;
}

/** How an order would come about, as far as it does. */
export interface Outlook {
  readonly pair: { readonly name: string; readonly reason: string };
  readonly steps: readonly SizeStep[];
  /** The value in the quote currency, and the price that it was reckoned with. */
  readonly notional: string;
  readonly atPrice: string;
  readonly reducing: boolean;
  readonly rails: readonly RailVerdict[];
  readonly order: Order;
}

/** What would become of it. */
export interface OrderPreview {
  readonly account: string;
  readonly mode: Account['mode'];
  readonly clientOrderId: string;
  readonly orderKey: string;
  /** What the sender would be told. */
  readonly door: Pick<Verdict, 'word' | 'why'>;
  /** Where the row of this very signal stands, if it came before: then nothing happens again. */
  readonly before?: OrderState;
  /** Absent where it does not come as far as an order. */
  readonly outlook?: Outlook;
  /** What would be cancelled before it; absent: nothing. */
  readonly cancels?: readonly string[];
  /** What would be changed in place before it, and to what; absent: nothing. */
  readonly changes?: readonly string[];
  /** Why no order would go out; absent: it would. */
  readonly refusal?: Refusal;
  /** Why nothing would have to be traded. */
  readonly unneeded?: string;
  /** What could not be read now, so that nothing can be said. */
  readonly unavailable?: string;
}

/** Looks ahead. Throws only when the store fails. */
export async function previewOrder(
  given: PreviewedSignal,
  deps: PreviewDeps,
): Promise<OrderPreview> {
  const { accountName, account } = given;
  const switches = await deps.switches.read(accountName);
  const nowMs = deps.clock.nowMs();
  const { row, word, why } = verdictOf({ ...given, switches, market: undefined, nowMs });
  const before = (await deps.orders.read(row))?.state;
  const told = {
    ...{ account: accountName, mode: account.mode, clientOrderId: row.clientOrderId },
    orderKey: row.orderKey,
    ...{ door: { word, why }, ...(before === undefined ? {} : { before }) },
  };
  const looked = await lookAt(row, looking(deps));
  if (typeof looked === 'string') return { ...told, unavailable: looked };
  if ('code' in looked) return { ...told, refusal: looked };
  if (looked.kind === 'unneeded') return { ...told, unneeded: looked.why };
  const { outlook, refusal } = await outlookOn(looked.input, deps);
  const gone = (looked.replaces ?? []).flatMap(({ name, to }) => (to === undefined ? [name] : []));
  const cancels = gone.length === 0 ? undefined : gone;
  const changes = (looked.replaces ?? []).flatMap(({ name, to }) =>
    to === undefined
      ? []
      : [`${name}: to ${to.volume}${to.trigger === undefined ? '' : ` at ${to.trigger}`}`],
  );
  // The door speaks first, as it would.
  const first = row.refusal ?? refusal;
  return {
    ...told,
    ...(outlook === undefined ? {} : { outlook }),
    ...(cancels === undefined ? {} : { cancels }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(first === undefined ? {} : { refusal: first }),
  };
}

type Looked =
  | Extract<Facts, { kind: 'gathered' }>
  | Refusal
  | { readonly kind: 'unneeded'; readonly why: string }
  | string;

/** The facts, why it is refused before them, or why there are none. */
async function lookAt(row: OrderRow, deps: PreviewDeps): Promise<Looked> {
  let opened: Awaited<ReturnType<typeof openQueryExchange>>;
  try {
    opened = await openQueryExchange(row.account, deps);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { exchange, lease } = opened;
  try {
    const facts = await gatherFacts(row, { exchange, desk: lookingDesk(lease.keyId) }, deps);
    switch (facts.kind) {
      case 'unavailable':
        return facts.why;
      case 'unsettled':
        return `${facts.replaces.map(({ name }) => name).join(', ')}: open, and would be cancelled first`;
      case 'refused':
        return facts.refusal;
      case 'unneeded':
        return { kind: 'unneeded', why: facts.why };
      case 'stale':
        return { kind: 'unneeded', why: 'it would open risk, and is too old for that' };
      case 'gathered':
        return facts;
    }
  } finally {
    await releaseLane(lease, deps);
  }
}

async function outlookOn(
  input: DecisionInput,
  { counts }: PreviewDeps,
): Promise<{ readonly outlook?: Outlook; readonly refusal?: Refusal }> {
  const wanted = wantedOrder(input);
  if (!wanted.ok) return { refusal: wanted.error };
  const { resolved, priced, sized, order } = wanted.value;
  const decided = decideOrder(input);
  const { accountName: account, signal, nowMs: atMs } = input;
  const counted = await counts.counted(account, { atMs, source: signal.source });
  const risk = decided.ok ? { ...decided.value.risk, atMs } : { atMs };
  const claimed = claimVerdicts(counted, risk, { account, rails: input.account.rails });
  const full = claimed.find(({ refusal }) => refusal !== undefined)?.refusal;
  const refusal = decided.ok ? full : decided.error;
  const outlook: Outlook = {
    ...{ pair: { name: resolved.pair.name, reason: resolved.reason }, order },
    steps: stepsOf(input, wanted.value),
    notional: sized.notional.toFixed(),
    atPrice: priced.atPrice.toFixed(),
    reducing: isReducing(input.signal),
    rails: [...railsOn(input, wanted.value), ...claimed],
  };
  return { outlook, ...(refusal === undefined ? {} : { refusal }) };
}

/** The same ports with nothing behind what writes: a look leaves no trace and rings no bell. */
function looking(deps: PreviewDeps): PreviewDeps {
  const nothing = () => Promise.resolve();
  return {
    ...deps,
    // What traded since the last look is not written down by it either.
    orders: { ...deps.orders, note: () => Promise.resolve('lost' as const) },
    switches: { read: (account) => deps.switches.read(account), trip: nothing },
    outbox: { put: nothing },
    tally: {
      ...{ failed: () => Promise.resolve(0), placed: nothing, recordEquity: nothing },
      lastPlaced: (account) => deps.tally.lastPlaced(account),
      equityAtDayStart: (account, atMs) => deps.tally.equityAtDayStart(account, atMs),
    },
  };
}

/**
 * The desk of a query key that stands in for the trade key: what a query key may do was checked when
 * it was opened, and whether the trade key may trade, the worker asks before it trades.
 */
function lookingDesk(keyId: string): Desk {
  return {
    keyId,
    exchange: () => {
      throw new Error('a look uses the exchange that it was given');
    },
    keyInfo: async (exchange: Exchange) => {
      const info = await exchange.keyInfo();
      return { ...info, permissions: [...info.permissions, 'modify-trades'] };
    },
  };
}
