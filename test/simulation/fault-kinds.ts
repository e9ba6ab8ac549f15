/** The kinds of faults there are, how often each may strike, and what may last how long. */

/** Rates per million chances that a seed may draw for each kind. */
export const RATES = {
  // The process: killed before or after the effect of a call; some of the killed go on later.
  'crash before a call': [200, 1_000, 5_000, 20_000],
  'crash after a call': [200, 1_000, 5_000, 20_000],
  'killed process goes on later': [100_000, 500_000, 1_000_000],
  'slow start': [5_000, 50_000],
  'slow call': [1_000, 10_000, 50_000],
  'skewed clock': [300_000, 1_000_000],
  'clock far off': [100_000, 300_000],
  // The store.
  'store call fails': [1_000, 10_000, 50_000],
  'store acknowledgement lost': [1_000, 10_000, 50_000],
  'store acknowledgement lost, call repeated': [1_000, 10_000, 100_000],
  'store conflict': [1_000, 10_000, 50_000],
  'due list is stale': [10_000, 300_000],
  'market snapshot unreadable': [10_000, 500_000],
  'secret unreadable': [20_000, 300_000],
  // The queue.
  'enqueue fails': [1_000, 50_000],
  'enqueue acknowledgement lost': [1_000, 50_000],
  'message delivered twice': [5_000, 100_000],
  'delete acknowledgement lost': [5_000, 100_000],
  'function throttled': [5_000, 100_000, 400_000],
  'reconcile runs twice': [50_000, 500_000],
  // The exchange.
  'connection refused': [2_000, 20_000, 100_000, 600_000],
  'order request lost': [2_000, 20_000, 100_000, 300_000],
  'order answer lost': [2_000, 20_000, 100_000, 300_000],
  'order request arrives twice': [2_000, 50_000],
  'order request repeated on the way': [2_000, 50_000],
  'order reaches the gateway late': [2_000, 20_000, 100_000],
  'order reaches the engine late': [2_000, 20_000, 100_000],
  'order answered with trouble before placing': [5_000, 50_000, 200_000],
  'order answered with trouble after placing': [5_000, 50_000, 200_000],
  'order answer cut off': [2_000, 50_000],
  'order answer unreadable': [2_000, 50_000],
  'read fails': [2_000, 20_000, 100_000],
  'reads lag': [200_000, 1_000_000],
  'order flickers in reads': [100_000, 1_000_000],
  // The senders, and the gateway between them and us.
  'gateway throttles': [5_000, 100_000],
  'signal sent twice': [20_000, 200_000],
  'signal delayed': [20_000, 200_000],
  'signal replayed later': [20_000, 200_000],
  'signal replayed days later': [20_000, 200_000],
  'id used for another message': [20_000, 200_000],
  // The channels, on the way to people.
  'deliver runs twice': [50_000, 500_000],
  'channel asks for patience': [20_000, 300_000],
  'channel fails': [20_000, 300_000],
  'channel gives no answer': [20_000, 200_000],
  'channel answer lost': [20_000, 200_000],
  'channel refuses for good': [10_000, 100_000],
} as const satisfies Record<string, readonly number[]>;

/** Dependencies that may be away for a while, as a whole, and for how long at most. */
export const OUTAGES = {
  'store away': 60_000,
  'store throttled': 5 * 60_000,
  'queue away': 120_000,
  'secrets away': 20 * 60_000,
  'exchange away': 30 * 60_000,
  'market data away': 20 * 60_000,
  'exchange in maintenance': 30 * 60_000,
  'query key is blind': 40 * 60_000,
  'channel away': 60 * 60_000,
} as const;

/** What people do, and how many worlds in a million have it. */
export const PEOPLE = {
  'kill switch flipped': 200_000,
  'tripped switch lifted': 300_000,
  'orders placed by hand': 200_000,
  'source secret rotated': 150_000,
  'API key rotated': 100_000,
  'deployed in mid-flight': 100_000,
  'store restored from a backup': 60_000,
} as const;

/** Calls that a seed may single out to be killed around; coverage asks for each of them. */
export const PORTS = [
  ...(['orders.receive', 'orders.read', 'orders.prepare', 'orders.move'] as const),
  ...(['orders.note', 'orders.due', 'lanes.take', 'lanes.release'] as const),
  ...(['switches.read', 'switches.trip', 'tally.failed', 'tally.placed'] as const),
  ...(['tally.lastPlaced', 'tally.equityAtDayStart', 'tally.recordEquity'] as const),
  ...(['outbox.put', 'channel.send'] as const),
  ...(['deliveries.due', 'deliveries.claim', 'deliveries.record'] as const),
  ...(['queue.enqueue', 'snapshots.read', 'snapshots.write', 'secrets.get'] as const),
  ...(['market.pairs', 'market.tickers'] as const),
  ...(['market.mode', 'market.skewMs', 'exchange.connect', 'exchange.place'] as const),
  ...(['exchange.balances', 'exchange.keyInfo', 'exchange.find'] as const),
  ...(['exchange.tradedOrders', 'exchange.orders'] as const),
] as const;

/** Calls of those worlds alone in which somebody halts. */
export const HALT_PORTS = [
  ...(['halts.ask', 'halts.asked', 'halts.done', 'board.read', 'board.turn'] as const),
  ...(['board.askCancel', 'board.cancelAsked', 'board.cancelDone'] as const),
  ...(['board.offerResume', 'board.resume', 'exchange.cancelAll', 'exchange.openOrders'] as const),
] as const;

/** Calls of those worlds alone in which senders take orders back. */
export const RECALL_PORTS = [
  ...(['recalls.ask', 'recalls.asked', 'recalls.done', 'recalls.waiting'] as const),
  'exchange.cancel',
] as const;

/** Calls of those worlds alone in which senders change orders. */
export const AMEND_PORTS = [
  ...(['amends.ask', 'amends.asked', 'amends.done', 'amends.waiting'] as const),
  ...(['orders.licenseAmend', 'exchange.amend'] as const),
] as const;

/** A call of amending. */
export type AmendPort = (typeof AMEND_PORTS)[number];

/** A call of recalling. */
export type RecallPort = (typeof RECALL_PORTS)[number];

/** A call of halting. */
export type HaltPort = (typeof HALT_PORTS)[number];

/** A call that leaves a process. */
export type Port = (typeof PORTS)[number] | HaltPort | RecallPort | AmendPort;

/** A kind of fault that strikes single calls. */
export type Fault = keyof typeof RATES;

/** A kind of fault that lasts. */
export type Outage = keyof typeof OUTAGES;

/** What people do at any time. */
export type People = keyof typeof PEOPLE;

/** Every kind there is. */
export type FaultKind = Fault | Outage | People;

/** Every kind, for coverage and for finding the few that a failure needs. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...(Object.keys(RATES) as Fault[]),
  ...(Object.keys(OUTAGES) as Outage[]),
  ...(Object.keys(PEOPLE) as People[]),
];

/** In a calm seed these may not strike: they are what people and senders do, not failures. */
export const NEVER_CALM: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...(['skewed clock', 'clock far off', 'killed process goes on later'] as const),
  ...(['signal delayed', 'gateway throttles'] as const),
  ...(Object.keys(OUTAGES) as Outage[]),
  ...(Object.keys(PEOPLE) as People[]),
]);

/** Whether it is one that strikes single calls. */
export function isFault(kind: FaultKind): kind is Fault {
  return kind in RATES;
}

/** Whether it is one that lasts. */
export function isOutage(kind: FaultKind): kind is Outage {
  return kind in OUTAGES;
}
