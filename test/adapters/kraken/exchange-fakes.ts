/** The exchanges of the tests and of the simulation, each as the contract wants it. */
import type { PlaceOutcome } from '../../../functions/core/ports.ts';
import { TEST_CONFIG } from '../../core/order-fixture.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeExchange, type FakeExchange } from '../../fakes/exchange.ts';
import { SimulatedExchange } from '../../simulation/exchange.ts';
import type { Fault } from '../../simulation/faults.ts';
import { Monitor } from '../../simulation/monitor.ts';
import { simulated } from '../simulated.ts';
import type { Abilities, Make, Trouble } from './exchange-under-test.ts';

const LOST: PlaceOutcome = { kind: 'unknown', reason: 'connection reset' };
const REFUSED: PlaceOutcome = { kind: 'never-sent', reason: 'connection refused' };

/** The exchange of the use cases' tests. */
export const IN_MEMORY: Abilities = {
  make: inMemory(() => undefined),
  away: inMemory((fake) => {
    fake.down = true;
  }),
  hasMoney: false,
  checksOrders: false,
  unclear: [
    fated('gets lost', { placed: false, told: LOST }),
    fated('is placed, and whose answer gets lost', { placed: true, told: LOST }),
  ],
  neverSent: [fated('finds no connection', { placed: false, told: REFUSED })],
};

function fated(name: string, fate: { readonly placed: boolean; readonly told: PlaceOutcome }) {
  const make = inMemory((fake) => fake.fates.push(() => fate));
  return { name, isPlaced: fate.placed, make };
}

function inMemory(prepare: (fake: FakeExchange) => unknown): Make {
  return async () => {
    const clock = fakeClock();
    const fake = fakeExchange(clock);
    prepare(fake);
    return {
      exchange: fake,
      market: fake.market,
      nowMs: () => clock.nowMs(),
      nextNonce: counter(clock.nowMs()),
      copies: () => fake.received.length,
      close: async () => undefined,
    };
  };
}

/** The exchange of the simulation. */
export const OF_THE_SIMULATION: Abilities = {
  make: inSimulation(),
  away: inSimulation('read fails'),
  hasMoney: false,
  checksOrders: false,
  unclear: [
    struck('gets lost', 'order request lost', false),
    struck('is placed, and whose answer gets lost', 'order answer lost', true),
    struck(
      'is placed, and answered with trouble',
      'order answered with trouble after placing',
      true,
    ),
    struck('is placed, and answered without an order id', 'order answer cut off', true),
  ],
  neverSent: [struck('finds no connection', 'connection refused', false)],
};

function struck(name: string, fault: Fault, isPlaced: boolean): Trouble {
  return { name, isPlaced, make: inSimulation(fault) };
}

/** Counts what leaves, and holds nothing against anybody. */
class Counter extends Monitor {
  override broken(): void {
    // The contract is about one exchange, not about the protocol that uses it.
  }
}

function inSimulation(fault?: Fault): Make {
  return async () => {
    const { around, process, until } = simulated(fault);
    const { scheduler, seen } = around;
    const counted = new Counter(scheduler, { seen, clocksAgree: true, config: TEST_CONFIG });
    const temper = { ignoresDeadline: false, nonceRaces: false, lagMs: 0, lateMs: 1_000 };
    const exchange = new SimulatedExchange(around, counted, { seed: 1, temper });
    const nextNonce = counter(scheduler.nowMs);
    const untilMs = scheduler.nowMs + 3_600_000;
    const lane = { keyId: 'main-trade', owner: 'contract', fence: 1, untilMs, nextNonce };
    const port = exchange.portFor(process, lane);
    const market = exchange.marketFor(process);
    return {
      exchange: {
        warm: () => port.warm(),
        place: (...asked) => until(port.place(...asked)),
        balances: () => until(port.balances()),
        positions: () => until(port.positions()),
        find: (...asked) => until(port.find(...asked)),
        tradedOrders: (...asked) => until(port.tradedOrders(...asked)),
        orders: (...asked) => until(port.orders(...asked)),
        openOrders: () => until(port.openOrders()),
        cancel: (...asked) => until(port.cancel(...asked)),
        amend: (...asked) => until(port.amend(...asked)),
        cancelAll: () => until(port.cancelAll()),
        keyInfo: () => until(port.keyInfo()),
      },
      market: {
        pairs: () => until(market.pairs()),
        tickers: (...asked) => until(market.tickers(...asked)),
        mode: () => until(market.mode()),
        skewMs: () => until(market.skewMs()),
      },
      nowMs: () => scheduler.nowMs,
      nextNonce,
      copies: () => counted.sends.left,
      close: async () => undefined,
    };
  };
}

function counter(fromMs: number): () => string {
  let nonce = fromMs * 1_000;
  return () => String((nonce += 1));
}
