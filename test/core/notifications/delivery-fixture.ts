/** Delivering notices with everything outside faked: two channels, Slack and e-mail. */
import type { Config } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { DeliverDeps } from '../../../functions/core/notifications/delivery-run.ts';
import type { Message, SendOutcome } from '../../../functions/core/notifications/ports.ts';
import type { Pair } from '../../../functions/core/market/pair.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeDeliveryLog } from '../../fakes/delivery-log.ts';
import { fakeLog } from '../../fakes/log.ts';

/** A message as a channel got it. */
export interface Sent {
  readonly channel: string;
  readonly message: Message;
  readonly atMs: number;
}

/** What a channel answers to its n-th message, from 0. */
export type Answers = (sent: Sent, count: number) => SendOutcome;

export const DELIVERED: SendOutcome = { kind: 'delivered' };

export const BTC_USD: Pair = {
  ...{ name: 'BTC/USD', id: 'XXBTZUSD', altname: 'XBTUSD', wsname: 'XBT/USD' },
  ...{ base: 'BTC', quote: 'USD', baseId: 'XXBT', quoteId: 'ZUSD' },
  ...{ priceDecimals: 1, lotDecimals: 8, costDecimals: 5, status: 'online' },
  ...{ tickSize: decimal('0.1'), orderMin: decimal('0.00005'), costMin: decimal('0.5') },
};

const CHANNELS: Config['channels'] = {
  ops: { slack: 'harpoon/slack' },
  me: { email: 'me@example.com' },
};

export function config(channels: Config['channels'] = CHANNELS): Config {
  return { version: 1, accounts: {}, sources: {}, channels };
}

/** Everything that delivering needs, and what came of it. */
export function world(options: { channels?: Config['channels']; answers?: Answers } = {}) {
  const clock = fakeClock();
  const log = fakeLog();
  const store = fakeDeliveryLog();
  const sent: Sent[] = [];
  const state = { answers: options.answers ?? (() => DELIVERED), painted: 0, candles: [0] };
  state.candles = [];
  const deps: DeliverDeps = {
    ...{ config: config(options.channels), clock, log },
    ...{ deliveries: store.deliveries, outbox: store.outbox },
    notifier: {
      async send(message, channel) {
        const each = { channel, message, atMs: clock.nowMs() };
        sent.push(each);
        return state.answers(each, sent.filter((other) => other.channel === channel).length - 1);
      },
    },
    feed: {
      pairs: async () => [BTC_USD],
      candles: async (_pair, minutes) => {
        state.candles.push(minutes);
        return [];
      },
    },
    painter: {
      async paint() {
        state.painted += 1;
        return Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
      },
    },
  };
  let count = 0;
  /** Puts a notice of now into the outbox. */
  const put = async (some: Partial<Notice> = {}): Promise<Notice> => {
    count += 1;
    const notice: Notice = {
      ...{ id: `notice:${count}`, atMs: clock.nowMs(), urgency: 'info', channels: [] },
      ...{ title: `Title ${count}`, text: `Text ${count}`, ...some },
    };
    await store.outbox.put(notice);
    return notice;
  };
  const to = (channel: string): readonly Message[] =>
    sent.filter((each) => each.channel === channel).map(({ message }) => message);
  return { clock, log, store, sent, state, deps, put, to };
}

/** The ids of the notices that a channel got, in order. */
export function ids(messages: readonly Message[]): readonly string[] {
  return messages.flatMap(({ notices }) => notices.map(({ id }) => id));
}
