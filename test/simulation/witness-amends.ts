/**
 * The witness of amends. What leaves for Kraken is what a licence says, and a licence is what the order
 * was or what its sender asked for, of the newest amend that names it; no older one is made over a newer
 * one; what adds risk passes switches and rails; every amend that was taken ends and is told; and at
 * rest the order at the exchange is the one on its row.
 */
import type { AmendLicence } from '../../functions/core/amending.ts';
import type { Amend, Asked } from '../../functions/core/execute/amends.ts';
import { clientOrderIdOf, orderKeyOf } from '../../functions/core/identity.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import type { AmendName, AskedAmend, Order, OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import { DEADLINE_MS } from '../../functions/core/protocol.ts';
import { isReducing } from '../../functions/core/signal.ts';
import type { FakeStore } from '../fakes/store.ts';
import { addsRisk, holdRails } from './amend-rails.ts';
import { equal, otherThanOnRow, PLAIN } from './amend-shown.ts';
import { termsOf, type SaidChange, type Terms } from './amend-words.ts';
import type { Monitor } from './monitor.ts';
import type { WireAmend } from './wire-order.ts';

/** A change that a sender fired. */
type Said = SaidChange & { readonly firedAtMs: number };

/** An amend that was taken. */
interface Wanted {
  readonly amend: Amend;
  /** What it asks for, and what an older one asks for that waited then. */
  readonly terms: Terms;
  hasEnded: boolean;
  /** The notice about its end. */
  told?: Notice;
}

/** A change that may leave, once. */
interface Licence {
  readonly row: OrderRow;
  readonly asked: AskedAmend;
  readonly process: string;
  readonly adds: boolean;
  isSent: boolean;
}

const SLOTS = ['volume', 'price', 'price2'] as const;

/** Ends of an amend by the words of their audit entry. */
const ENDS =
  /^amend (made|refused|stopped|too late|had nothing to change|not made|not settled|turned down)|^an earlier amend is settled/;

/** All amends of a world; it makes that many at most. */
const ALL = 10_000;

/** Watches the amends of one world. */
export class AmendWitness {
  readonly #monitor: Monitor;
  readonly #store: FakeStore;
  readonly #nowMs: () => number;
  /** Whether an engine carries out nothing after its deadline. */
  readonly #isPunctual: boolean;
  /** By client order id. */
  readonly #said = new Map<string, Said[]>();
  readonly #wanted = new Map<string, Wanted[]>();
  readonly #licences = new Map<string, Licence[]>();
  /** When the newest amend was fired that the exchange has made. */
  readonly #made = new Map<string, number>();
  /** Orders that somebody else changed, or of which a restored table forgot something. */
  readonly #excused = new Set<string>();

  constructor(
    monitor: Monitor,
    stage: {
      readonly store: FakeStore;
      readonly nowMs: () => number;
      readonly isPunctual: boolean;
    },
  ) {
    this.#monitor = monitor;
    this.#store = stage.store;
    this.#nowMs = stage.nowMs;
    this.#isPunctual = stage.isPunctual;
  }

  /** A sender fires an amend. */
  said(source: string, signalId: string, said: Said): void {
    for (const account of this.#monitor.config.sources[source]?.accounts ?? []) {
      const id = clientOrderIdOf(orderKeyOf({ source, account, signalId }));
      push(this.#said, id, said);
    }
  }

  /** Somebody changed the order with Kraken's own app. */
  changedByHand(clientOrderId: string): void {
    this.#excused.add(clientOrderId);
  }

  /** An amend was put on record, or not. */
  asked(amend: Amend, outcome: Asked): void {
    this.#monitor.seen.add(`amend asked: ${outcome}`);
    if (outcome !== 'asked') return;
    const id = clientOrderIdOf(amend.orderKey);
    const { type } = this.#store.row(amend).signal;
    const said = this.#said.get(id)?.find((one) => isSaid(one, amend, type));
    if (said === undefined) {
      this.#monitor.broken('an amend on record is one that its sender fired', amend.signalId, id);
      return;
    }
    const before = this.#wanted.get(id)?.at(-1);
    const isJoined =
      before !== undefined && !before.hasEnded && before.amend.untilMs > amend.askedAtMs;
    if (isJoined) this.#monitor.seen.add('amend joined to one that waits');
    const terms = { ...(isJoined ? before.terms : {}), ...termsOf(said.values, type) };
    push(this.#wanted, id, { amend, terms, hasEnded: false });
  }

  /** An amend waits no more. */
  done(amend: AmendName & Pick<Amend, 'orderKey'>): void {
    const wanted = this.#wantedOf(clientOrderIdOf(amend.orderKey), amend);
    if (wanted !== undefined) wanted.hasEnded = true;
  }

  /** A change may leave. */
  licensed(before: OrderRow, row: OrderRow, given: AmendLicence, process: string): void {
    const { clientOrderId: id, account } = row;
    const { asked, risk } = given;
    this.#monitor.licensedIn(given.lane, id);
    const adds = addsRisk(asked.before, asked.order);
    const older = this.#licences.get(id) ?? [];
    const isAgain = older.some((one) => isSame(one.asked, asked));
    if (isAgain) this.#monitor.seen.add('amend sent again');
    push(this.#licences, id, { row, asked, process, adds, isSent: false });
    this.#monitor.countedInDay(row, given.atMs, risk.notional?.add);
    const leaves = isReducing(row.signal);
    const blocked = this.#monitor.blockedSince(account, adds && !leaves ? 'entries' : 'all');
    if (blocked !== undefined) {
      this.#monitor.broken('no amend is licensed while a switch blocks it', account, id);
    }
    if (adds && !leaves && !isAgain) holdRails(this.#monitor, row, given);
    if (this.#excused.has(id)) return;
    if (older.some((one) => one.asked.firedAtMs > asked.firedAtMs)) {
      this.#monitor.broken('no amend is licensed after a newer one', account, id);
    }
    const wanted = this.#wantedOf(id, asked);
    if (wanted === undefined) {
      this.#monitor.broken('only what a sender asked for is licensed', account, id);
    } else {
      this.#isWanted(before, asked, wanted);
    }
  }

  /** Every value is the one that was asked for last, or the one that the order was known to have. */
  #isWanted({ attempt, clientOrderId: id }: OrderRow, asked: AskedAmend, wanted: Wanted): void {
    const { order, deadlineMs } = asked;
    if (deadlineMs > wanted.amend.untilMs) {
      this.#monitor.broken('no amend goes out after its time', `${deadlineMs}`, id);
    }
    for (const slot of SLOTS) {
      const value = order[slot];
      const said = wanted.terms[slot];
      const known = [attempt?.order[slot], ...this.#saidBefore(id, asked, slot)];
      const isAsked =
        said === undefined ? known.some((one) => equal(one, value)) : equal(said, value);
      if (isAsked) continue;
      const detail = `${slot} ${value} instead of ${said ?? known.join(' or ')}`;
      this.#monitor.broken('an amend asks for what its sender wants', detail, id);
    }
  }

  #saidBefore(id: string, { firedAtMs }: AmendName, slot: (typeof SLOTS)[number]) {
    const wanted = this.#wanted.get(id) ?? [];
    return wanted
      .filter(({ amend }) => amend.firedAtMs < firedAtMs)
      .map(({ terms }) => terms[slot]);
  }

  /** A change is about to leave; what it returns hears that the exchange has made it. */
  leaves(wire: WireAmend, id: string, process: string): Made | undefined {
    const licences = this.#licences.get(id) ?? [];
    const licence = licences.findLast((one) => one.process === process && !one.isSent);
    if (licence === undefined) {
      this.#monitor.broken('no amend leaves without a licence of its own', process, id);
      return undefined;
    }
    licence.isSent = true;
    const { order, deadlineMs } = licence.asked;
    const isLimit = order.type === 'limit' || order.type === 'iceberg';
    const [trigger, limit] = isLimit ? [undefined, order.price] : [order.price, order.price2];
    const isTrailing = order.type.startsWith('trailing');
    const isSame =
      equal(wire.volume, order.volume) &&
      equal(wire.limitPrice, isTrailing ? undefined : limit) &&
      equal(wire.triggerPrice, isTrailing ? undefined : trigger) &&
      wire.postOnly === (isLimit && order.postOnly === true) &&
      wire.deadlineMs === deadlineMs;
    if (!isSame) this.#monitor.broken('an amend leaves as it was licensed', process, id);
    return () => this.#isMade(licence);
  }

  #isMade({ row, asked, adds }: Licence): void {
    const { clientOrderId: id, account, signal } = row;
    this.#monitor.seen.add('amend carried out');
    const newest = this.#made.get(id) ?? 0;
    if (!this.#isPunctual || this.#excused.has(id)) return;
    if (newest > asked.firedAtMs) {
      this.#monitor.broken('no amend is made over a newer one', account, id);
    }
    this.#made.set(id, asked.firedAtMs);
    if (!this.#monitor.deadlinesHold) return;
    const blocks = adds && !isReducing(signal) ? 'entries' : 'all';
    const sinceMs = this.#monitor.blockedSince(account, blocks);
    if (sinceMs === undefined) return;
    this.#monitor.seen.add('amend arrives after a halt');
    if (this.#nowMs() > sinceMs + DEADLINE_MS) {
      this.#monitor.broken('nothing is changed later after a halt than its deadline', account, id);
    }
  }

  /** Whether a row was written for an amend alone, which ends at any state of its order. */
  isAbout({ why = '' }: { readonly why?: string }): boolean {
    return ENDS.test(why);
  }

  /** A row was written. */
  moved(row: OrderRow, { why = '', notice }: { readonly why?: string; readonly notice?: Notice }) {
    const [words] = ENDS.exec(why) ?? [];
    if (words === undefined) return;
    this.#monitor.seen.add(words);
    const ended = row.amended?.ended;
    const wanted = ended && this.#wantedOf(row.clientOrderId, ended);
    if (wanted !== undefined && notice?.id.startsWith('amend:') === true) wanted.told = notice;
  }

  /** What came after the backup is forgotten, and what came before may be carried out once more. */
  restored(): void {
    for (const { clientOrderId } of this.#store.rows()) this.#excused.add(clientOrderId);
    for (const id of [...this.#wanted.keys(), ...this.#said.keys()]) this.#excused.add(id);
  }

  /** Whether nothing waits to be carried out. */
  isAtRest(): boolean {
    return this.#store.acts.amends.waiting(1).length === 0;
  }

  /** Everything that must hold once faults are over and time has passed. */
  atRest(ordersOf: (clientOrderId: string) => readonly FoundOrder[]): void {
    const [waits] = this.#store.acts.amends.waiting(ALL);
    if (waits !== undefined) {
      const id = clientOrderIdOf(waits.orderKey);
      this.#monitor.broken('no amend waits for ever', waits.signalId, id);
    }
    const notices = new Map(this.#store.entries().map(({ notice }) => [notice.id, notice]));
    for (const [id, wanted] of this.#wanted) {
      if (!this.#excused.has(id)) this.#isTold(id, wanted.at(-1), notices);
    }
    for (const row of this.#store.rows()) {
      const [order] = ordersOf(row.clientOrderId);
      if (order === undefined || this.#excused.has(row.clientOrderId)) continue;
      const detail = this.#isPunctual ? otherThanOnRow(row, order) : undefined;
      if (detail === undefined) continue;
      const promise = 'an amended order is at the exchange as its row says';
      this.#monitor.broken(promise, detail, row.clientOrderId);
    }
  }

  /** An older one has ended before, or is part of the newest. */
  #isTold(id: string, wanted: Wanted | undefined, notices: ReadonlyMap<string, Notice>): void {
    if (wanted === undefined) return;
    const { amend, hasEnded, told } = wanted;
    const notice = notices.get(`amend:${id}:${amend.firedAtMs}`);
    if (!hasEnded) this.#monitor.broken('every amend that was taken ends', amend.signalId, id);
    if (notice === undefined || (told !== undefined && notice.title !== told.title)) {
      const detail = `${notice?.title} instead of ${told?.title}`;
      this.#monitor.broken('somebody is told how every amend ended', detail, id);
    }
  }

  #wantedOf(id: string, name: AmendName): Wanted | undefined {
    return this.#wanted.get(id)?.find(({ amend }) => isSame(amend, name));
  }
}

/** Hears that the exchange has made a change. */
export type Made = (before: FoundOrder, after: FoundOrder) => void;

function push<T>(lists: Map<string, T[]>, id: string, one: T): void {
  const list = lists.get(id) ?? [];
  lists.set(id, list);
  list.push(one);
}

function isSame(a: AmendName, b: AmendName): boolean {
  return a.firedAtMs === b.firedAtMs && a.hash === b.hash;
}

/** Whether the message is the one that the amend was read from; of one fire time there may be two. */
function isSaid(said: Said, { firedAtMs, wish }: Amend, type: Order['type']): boolean {
  const terms = termsOf(said.values, type);
  // A distance stands in the wish as it was written.
  const isOne = (a: string | undefined, b: string | undefined): boolean =>
    (a === undefined) === (b === undefined) && (b === undefined || !PLAIN.test(b) || equal(a, b));
  return said.firedAtMs === firedAtMs && SLOTS.every((slot) => isOne(terms[slot], wish[slot]));
}
