/**
 * The lives that an order can have, each from its signal to its rest. A life is a golden run: it
 * goes through exactly what its name says, and the sweep then strikes every place in it.
 */
import type { Account, Config, Rails, Source } from '../../../functions/core/config.ts';
import type { OrderState } from '../../../functions/core/order-state.ts';
import type { Away, Fate } from './strikes.ts';

/** One signal as its sender writes it. */
export interface Fired {
  readonly atMs: number;
  readonly fields: Readonly<Record<string, string>>;
  /** How old the signal is when it is sent first. */
  readonly ageMs?: number;
}

/** Somebody sets a kill switch. */
export interface Switched {
  readonly atMs: number;
  readonly name: string;
  readonly blocks: 'nothing' | 'entries' | 'all';
}

/** One life. */
export interface Life {
  readonly name: string;
  readonly account?: Partial<Account>;
  readonly rails?: Partial<Rails>;
  readonly source?: Partial<Source>;
  readonly signals: readonly Fired[];
  readonly switches?: readonly Switched[];
  readonly fates?: readonly Fate[];
  readonly away?: readonly Away[];
  /** How the rows end when nothing else goes wrong. */
  readonly ends: Partial<Record<OrderState, number>>;
  /** What the golden run must have gone through, or it is not the life that it is called. */
  readonly seen?: readonly string[];
  /** When its places are struck: in every test run, at night, or at night and never in pairs. */
  readonly swept: 'daily' | 'nightly' | 'never in pairs';
}

const BUY = { id: 'one', symbol: 'KRAKEN:XBTUSD', action: 'buy' };
const EXIT = { ...BUY, action: 'sell', market_position: 'flat' };
const AT_ONCE: readonly Fired[] = [{ atMs: 1_000, fields: BUY }];

const TROUBLE = 'order answered with trouble before placing';

/** Every life. */
export const LIVES: readonly Life[] = [
  {
    name: 'placed',
    swept: 'daily',
    signals: AT_ONCE,
    ends: { placed: 1 },
    seen: ['step: received -> prepared', 'step: prepared -> placed'],
  },
  {
    name: 'limit-exit-past-a-switch',
    swept: 'nightly',
    signals: [{ atMs: 1_000, fields: { ...EXIT, type: 'limit', price: '49950.0' } }],
    switches: [{ atMs: 500, name: 'main', blocks: 'entries' }],
    ends: { placed: 1 },
  },
  {
    name: 'two-signals-on-one-key',
    swept: 'daily',
    signals: [...AT_ONCE, { atMs: 1_060, fields: { ...BUY, id: 'two' } }],
    ends: { placed: 2 },
  },
  {
    name: 'second-above-the-daily-cap',
    swept: 'nightly',
    rails: { maxDaily: '700 USD' },
    signals: [...AT_ONCE, { atMs: 1_060, fields: { ...BUY, id: 'two' } }],
    ends: { placed: 1, rejected: 1 },
  },
  {
    name: 'two-accounts',
    swept: 'nightly',
    source: { accounts: ['main', 'second'] },
    signals: AT_ONCE,
    ends: { placed: 2 },
  },
  {
    name: 'validated',
    swept: 'daily',
    account: { mode: 'validate' },
    signals: AT_ONCE,
    ends: { validated: 1 },
    seen: ['step: prepared -> validated'],
  },
  {
    name: 'refused',
    swept: 'daily',
    signals: AT_ONCE,
    fates: [{ kind: TROUBLE, says: 'EOrder:Insufficient funds' }],
    ends: { rejected: 1 },
    seen: ['outcome: refused', 'step: prepared -> rejected'],
  },
  {
    name: 'refused-for-good',
    swept: 'nightly',
    signals: AT_ONCE,
    fates: [{ kind: TROUBLE, says: 'EGeneral:Permission denied' }],
    ends: { rejected: 1 },
    seen: ['outcome: refused for good'],
  },
  {
    name: 'answer-lost',
    swept: 'daily',
    signals: AT_ONCE,
    fates: [{ kind: 'order answer lost' }],
    ends: { placed: 1 },
    seen: ['outcome: unknown', 'step: unknown -> placed'],
  },
  {
    name: 'answer-lost-and-order-shown-late',
    swept: 'nightly',
    signals: AT_ONCE,
    fates: [{ kind: 'order answer lost' }, { kind: 'reads lag', isLong: true }],
    ends: { placed: 1 },
    seen: ['outcome: unknown', 'step: unknown -> placed'],
  },
  {
    name: 'answer-lost-and-key-blind',
    swept: 'never in pairs',
    signals: AT_ONCE,
    fates: [{ kind: 'order answer lost' }],
    away: [{ kind: 'query key is blind', fromMs: 0, toMs: 20 * 60_000 }],
    ends: { placed: 1 },
    seen: ['step: unknown -> needs-human', 'step: needs-human -> placed'],
  },
  {
    name: 'request-lost',
    swept: 'daily',
    signals: AT_ONCE,
    fates: [{ kind: 'order request lost' }],
    ends: { unplaced: 1 },
    seen: ['outcome: unknown', 'step: unknown -> unplaced'],
  },
  {
    name: 'request-lost-and-sent-again',
    swept: 'nightly',
    source: { onUnplaced: 'resend' },
    signals: AT_ONCE,
    fates: [{ kind: 'order request lost' }],
    ends: { placed: 1 },
    seen: ['step: unknown -> queued', 'step: queued -> prepared', 'step: prepared -> placed'],
  },
  {
    name: 'rate-limit',
    swept: 'daily',
    signals: AT_ONCE,
    fates: [{ kind: TROUBLE, says: 'EOrder:Rate limit exceeded' }],
    ends: { placed: 1 },
    seen: ['outcome: refused-before-engine', 'step: unknown -> queued', 'step: prepared -> placed'],
  },
  {
    name: 'never-sent',
    swept: 'nightly',
    signals: AT_ONCE,
    fates: [{ kind: 'connection refused' }],
    ends: { placed: 1 },
    seen: ['outcome: never-sent', 'step: prepared -> queued', 'step: queued -> prepared'],
  },
  {
    name: 'exchange-away',
    swept: 'nightly',
    signals: AT_ONCE,
    away: [{ kind: 'exchange away', fromMs: 0, toMs: 20_000 }],
    ends: { placed: 1 },
    seen: ['step: received -> prepared'],
  },
  {
    name: 'delivered-to-two-workers',
    swept: 'nightly',
    signals: AT_ONCE,
    fates: [{ kind: 'message delivered twice' }],
    ends: { placed: 1 },
  },
  {
    name: 'killed-and-delivered-again',
    swept: 'daily',
    signals: AT_ONCE,
    fates: [{ kind: 'crash before a call', port: 'orders.prepare' }],
    ends: { placed: 1 },
    seen: ['crash before: orders.prepare', 'message again'],
  },
  {
    name: 'killed-with-its-licence',
    swept: 'nightly',
    signals: AT_ONCE,
    fates: [{ kind: 'crash before a call', port: 'exchange.connect' }],
    ends: { unplaced: 1 },
    seen: ['crash before: exchange.connect', 'step: prepared -> unplaced'],
  },
  {
    name: 'killed-and-too-late-then',
    swept: 'nightly',
    source: { maxAgeMs: 20_000 },
    signals: AT_ONCE,
    fates: [{ kind: 'crash before a call', port: 'orders.prepare' }],
    ends: { expired: 1 },
    seen: ['step: received -> expired'],
  },
  {
    name: 'sender-sends-again',
    swept: 'daily',
    signals: AT_ONCE,
    fates: [{ kind: 'crash after a call', port: 'orders.receive' }],
    ends: { placed: 1 },
    seen: ['answer: 504', 'answer: 200'],
  },
  {
    name: 'halted',
    swept: 'daily',
    signals: AT_ONCE,
    switches: [{ atMs: 500, name: 'main', blocks: 'all' }],
    ends: { suppressed: 1 },
    seen: ['step: none -> suppressed'],
  },
  {
    name: 'halted-on-the-way',
    swept: 'nightly',
    signals: AT_ONCE,
    switches: [{ atMs: 1_090, name: 'global', blocks: 'all' }],
    ends: { suppressed: 1 },
    seen: ['step: received -> suppressed'],
  },
  {
    name: 'too-old-on-arrival',
    swept: 'nightly',
    signals: [{ atMs: 1_000, fields: BUY, ageMs: 400_000 }],
    ends: { expired: 1 },
    seen: ['step: none -> expired'],
  },
];

/** The life of that name. */
export function lifeNamed(name: string): Life {
  const life = LIVES.find((one) => one.name === name);
  if (life !== undefined) return life;
  throw new Error(
    `no life is called ${name}; there are ${LIVES.map((one) => one.name).join(', ')}`,
  );
}

/** The configuration of a life: every limit is there, and far away. */
export function configOf({ account: own, rails, source: said }: Life): Config {
  const account = (name: string): Account => ({
    exchange: 'kraken-spot',
    mode: 'live',
    secret: `harpoon/${name}`,
    rails: {
      pairs: ['BTC/USD'],
      maxOrder: '1000 USD',
      maxDaily: '100000 USD',
      maxOrdersPerHour: 100,
      maxDailyLoss: '100000 USD',
      maxConsecutiveFailures: 3,
      ...rails,
    },
    ...own,
  });
  const source: Source = {
    auth: 'tradingview',
    secret: 'harpoon/source/trend',
    accounts: ['main'],
    size: { kind: 'quote', amount: '500', currency: 'USD' },
    maxAgeMs: 300_000,
    symbols: {},
    onUnplaced: 'notify',
    notify: ['ops'],
    ...said,
  };
  return {
    version: 1,
    accounts: { main: account('main'), second: account('second') },
    sources: { trend: source },
    channels: { ops: { slack: 'harpoon/slack' } },
  };
}
