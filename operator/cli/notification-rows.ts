/** Notifications and what became of them, as people and programs read them. No I/O. */
import type { Delivery, OutboxEntry } from '../../functions/core/notifications/ports.ts';
import { printable } from '../config/fault.ts';
import type { Paint } from './paint.ts';
import { isoTime, shortTime } from './times.ts';

/** When, and for whom. */
export interface Reading {
  readonly zone: string;
  readonly nowMs: number;
  readonly paint: Paint;
}

/** Whether some channel will never get it. */
export function isDead({ deliveries }: OutboxEntry): boolean {
  return deliveries.some(({ state }) => state === 'dead');
}

/** One notification: what it says, then one line for each channel. */
export function notificationLines(entry: OutboxEntry, reading: Reading): readonly string[] {
  const { notice, deliveries } = entry;
  const { zone, paint } = reading;
  const urgency = notice.urgency === 'info' ? '' : `${urgencyWord(notice.urgency, paint)}  `;
  const time = shortTime(notice.atMs, zone);
  return [
    `${paint.faint(time)}  ${urgency}${paint.strong(printable(notice.title))}`,
    `  ${paint.faint(printable(notice.id))}`,
    ...(deliveries.length === 0
      ? [`  ${waitingWords(entry, reading)}`]
      : deliveries.map((delivery) => `  ${deliveryLine(delivery, reading)}`)),
  ];
}

function urgencyWord(urgency: 'warning' | 'page', paint: Paint): string {
  return urgency === 'page' ? paint.bad('PAGE') : paint.warn('WARNING');
}

function waitingWords({ notice }: OutboxEntry, { zone, nowMs, paint }: Reading): string {
  const untilMs = notice.urgency === 'page' ? 0 : (notice.notBeforeMs ?? 0);
  if (untilMs > nowMs)
    return paint.warn(`waits for the end of quiet hours, ${shortTime(untilMs, zone)}`);
  return paint.warn('waits for delivery');
}

function deliveryLine(delivery: Delivery, { zone, paint }: Reading): string {
  const { channel, state, attempts, dueAtMs, atMs, error } = delivery;
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const why = error === undefined ? '' : `: ${printable(error)}`;
  const at = atMs === undefined ? '' : ` ${shortTime(atMs, zone)}`;
  const name = printable(channel);
  switch (state) {
    case 'delivered':
      return `${name}: ${paint.good('delivered')}${at}, ${times}`;
    case 'waiting':
      return `${name}: ${paint.warn('waiting')}, ${times}, next ${shortTime(dueAtMs, zone)}${why}`;
    case 'dead':
      return `${name}: ${paint.bad('given up')}${at}, ${times}${why}`;
  }
}

/** A notification in JSON. */
export function notificationJson({ notice, deliveries }: OutboxEntry) {
  const { id, atMs, urgency, subject, title, text, channels, notBeforeMs } = notice;
  return {
    ...{ id, at: isoTime(atMs), urgency, subject: subject ?? null, title, text, channels },
    notBefore: isoTime(notBeforeMs),
    deliveries: deliveries.map((delivery) => ({
      ...{ channel: delivery.channel, state: delivery.state, attempts: delivery.attempts },
      ...{ at: isoTime(delivery.atMs), error: delivery.error ?? null },
      nextAt: delivery.state === 'waiting' ? isoTime(delivery.dueAtMs) : null,
    })),
  };
}
