/** The faults of the alert world: how often each may strike, and what may last for how long. */

/** Rates per million chances that a seed may draw for each kind. */
export const ALERT_RATES = {
  // The process, as in the order world.
  'crash before a call': [1_000, 5_000, 20_000],
  'crash after a call': [1_000, 5_000, 20_000],
  'killed process goes on later': [200_000, 1_000_000],
  'slow call': [5_000, 50_000],
  'skewed clock': [300_000, 1_000_000],
  // The schedule.
  'run begins late': [50_000, 400_000],
  'run is left out': [20_000, 200_000],
  'run begins twice': [50_000, 400_000],
  'deployed in mid-flight': [20_000],
  // The store and the queue.
  'store call fails': [1_000, 10_000, 50_000],
  'store acknowledgement lost': [5_000, 50_000, 200_000],
  'store acknowledgement lost, call repeated': [5_000, 50_000, 200_000],
  'store conflict': [5_000, 50_000, 200_000],
  'due list is stale': [10_000, 300_000],
  'enqueue fails': [20_000, 200_000],
  // What the exchange says of its prices.
  'ticker unreadable': [10_000, 200_000],
  'ticker leaves a pair out': [10_000, 200_000],
  'ticker answered from a cache': [50_000, 500_000],
  'mode unreadable': [20_000, 200_000],
  'pair table unreadable': [20_000, 200_000],
  'candles unreadable': [10_000, 200_000],
  'candles refused for their number': [5_000, 100_000],
  'candles answered from a cache': [50_000, 500_000],
  'candles answered slowly': [20_000, 300_000],
  'candles show a price that never was': [10_000, 200_000],
  // The channels.
  'channel asks for patience': [20_000, 300_000],
  'channel fails': [20_000, 300_000],
  'channel gives no answer': [20_000, 200_000],
  'channel answer lost': [20_000, 200_000],
  'channel refuses for good': [10_000, 100_000],
} as const satisfies Record<string, readonly number[]>;

/** What may be away for a while, and for how long at most. */
export const ALERT_OUTAGES = {
  'store away': 3 * 60_000,
  'store throttled': 5 * 60_000,
  'prices away': 20 * 60_000,
  'candles away': 20 * 60_000,
  'ticker hangs': 15 * 60_000,
  'exchange in maintenance': 15 * 60_000,
  'pair is missing': 15 * 60_000,
  'channel away': 20 * 60_000,
} as const;

/** What people do while the world runs, and in how many worlds of a million. */
export const ALERT_PEOPLE = {
  'rules added': 300_000,
  'rules removed': 300_000,
  'rules added again': 300_000,
  'rules muted': 300_000,
} as const;

/** Every call that leaves a process. */
export const ALERT_PORTS = [
  ...(['alerts.revision', 'alerts.rules', 'alerts.mutes', 'alerts.states'] as const),
  ...(['alerts.state', 'alerts.commit', 'alerts.feed', 'alerts.commitFeed'] as const),
  ...(['alerts.raised', 'alerts.handedOver', 'alerts.beat', 'alerts.lastBeat'] as const),
  ...(['feed.mode', 'feed.pairs', 'feed.quotes', 'feed.candles'] as const),
  ...(['orders.receive', 'switches.read', 'queue.enqueue', 'outbox.put'] as const),
  ...(['deliveries.due', 'deliveries.claim', 'deliveries.record', 'channel.send'] as const),
] as const;

/** A call that leaves a process. */
export type AlertPort = (typeof ALERT_PORTS)[number];

/** A kind that strikes single chances; that lasts; that people do. */
export type AlertFault = keyof typeof ALERT_RATES;
export type AlertOutage = keyof typeof ALERT_OUTAGES;
export type AlertPeople = keyof typeof ALERT_PEOPLE;

/** Every kind there is. */
export type AlertFaultKind = AlertFault | AlertOutage | AlertPeople;

export const ALERT_FAULT_KINDS: readonly AlertFaultKind[] = [
  ...(Object.keys(ALERT_RATES) as AlertFault[]),
  ...(Object.keys(ALERT_OUTAGES) as AlertOutage[]),
  ...(Object.keys(ALERT_PEOPLE) as AlertPeople[]),
];

/** Whether it strikes single chances. */
export function isAlertFault(kind: AlertFaultKind): kind is AlertFault {
  return kind in ALERT_RATES;
}

/** Whether it lasts. */
export function isAlertOutage(kind: AlertFaultKind): kind is AlertOutage {
  return kind in ALERT_OUTAGES;
}
