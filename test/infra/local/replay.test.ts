/**
 * A strategy's recorded day on a running `npm start`: as it was, and with one of its messages lost,
 * doubled or overtaken. Whatever came of the messages, the strategy's book, what the exchange holds and
 * what the strategy says end the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decimal, plain, ZERO } from '../../../functions/core/decimal.ts';
import { isFinal, type OrderState } from '../../../functions/core/order-state.ts';
import {
  firedAt,
  readAlerts,
  withSecret,
  type Alert as RecordedAlert,
} from '../../../infra/local/recording.ts';
import { compileConfig } from '../../../operator/config/compile.ts';
import { templatesOf } from '../../../operator/message-template.ts';
import { runHere } from '../../operator/cli/cli-world.ts';
import { doorOf } from './doors.ts';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };
const RECORDED = readAlerts(new URL('../../../docs/replay/trend.jsonl', import.meta.url));

const LAST_MS = Math.max(...RECORDED.map(({ sentAtMs }) => sentAtMs));

/** A recorded alert, and where it says that the strategy stands. */
interface Alert extends RecordedAlert {
  readonly position: string;
  readonly size: string;
}

/** The alerts at their own distances, the last of them now. */
const ALERTS: readonly Alert[] = RECORDED.map((alert) =>
  playedAt(alert, alert.sentAtMs + Date.now() - LAST_MS),
);

/** One day as it arrives; each has a source and an account of its own. */
interface Day {
  readonly name: string;
  readonly title: string;
  readonly arrives: readonly Alert[];
}

const [LONG, ADD, PART, FLIP, FLAT, AGAIN] = ALERTS as Six;
type Six = readonly [Alert, Alert, Alert, Alert, Alert, Alert];

function playedAt(recorded: RecordedAlert, atMs: number): Alert {
  const alert = firedAt(recorded, atMs);
  const said = JSON.parse(alert.text) as Readonly<Record<string, string>>;
  const { marketPosition: position = '', positionSize: size = '' } = said;
  return { ...alert, position, size };
}

/** Delivered twice, and said once more by a second alert on the same strategy, a second later. */
const doubled = (alert: Alert): readonly Alert[] => {
  return [alert, alert, playedAt(alert, alert.sentAtMs + 1_000)];
};

/** The last message always comes as it was: nothing comes after it that could heal it. */
const DAYS: readonly Day[] = [
  { name: 'whole', title: 'as it was', arrives: ALERTS },
  ...ALERTS.slice(0, -1).map((lost, at) => ({
    ...{ name: `lost-${at}`, title: `without ${lost.id.replace(/-\d{4}-.*/, '')}` },
    arrives: ALERTS.filter((alert) => alert !== lost),
  })),
  { name: 'doubled', title: 'with all of them doubled', arrives: ALERTS.flatMap(doubled) },
  {
    name: 'swapped',
    title: 'with neighbours swapped',
    arrives: [ADD, LONG, FLIP, PART, AGAIN, FLAT],
  },
  {
    name: 'late',
    title: 'with other neighbours swapped',
    arrives: [LONG, PART, ADD, FLAT, FLIP, AGAIN],
  },
  {
    ...{ name: 'all', title: 'with one lost, one doubled and two swapped' },
    arrives: [LONG, ...doubled(PART), FLAT, FLIP, AGAIN],
  },
];

const NAMES = ['printed', ...DAYS.map(({ name }) => name)];
const CONFIG = `
accounts:
${NAMES.map((name) => `  ${name}: { exchange: kraken-spot, mode: paper, rails: { pairs: [BTC/USD] } }`).join('\n')}
sources:
${NAMES.map((name) => `  ${name}: { auth: tradingview, accounts: [${name}], size: signal, target: true, maxAge: 1h }`).join('\n')}
`;

interface Row {
  readonly state: OrderState;
  readonly outcome?: string;
  readonly account: string;
  readonly signal: { readonly id: string; readonly source: string };
  readonly decision?: {
    readonly steps: readonly { readonly step: string; readonly value: string }[];
  };
}
interface ExchangeState {
  readonly orders: readonly {
    readonly account: string;
    readonly side: string;
    readonly volume: string;
    readonly executed: string;
  }[];
  readonly balances: Readonly<Record<string, Readonly<Record<string, { readonly total: string }>>>>;
}
interface Books {
  readonly books: readonly {
    readonly account: string;
    readonly quantity: string;
    readonly inFlight: readonly string[];
    readonly claim: Readonly<Record<string, unknown>>;
  }[];
  readonly external: readonly { readonly account: string; readonly held: string }[];
}

const directory = mkdtempSync(join(tmpdir(), 'harpoon-replay-'));
let stack: StackProcess;
beforeAll(async () => {
  const config = join(directory, 'harpoon.yaml');
  writeFileSync(config, CONFIG);
  stack = await startStack(directory, { config });
}, 120_000);
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

const exchange = () => get<ExchangeState>(`${stack.krakenUrl}/control/state`);
const rows = () => get<readonly Row[]>(`${stack.gatewayUrl}/local/orders`);

/** Posts an alert as TradingView does: what it is answered, in words, and its signal. */
async function send(name: string, alert: Alert): Promise<{ said: string; signal: string }> {
  const { path, secret } = doorOf(directory, name);
  const answer = await fetch(`${stack.gatewayUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: withSecret(alert, secret),
  });
  const { status, signal = '' } = (await answer.json()) as Record<string, string | undefined>;
  return { said: `${answer.status} ${status}`, signal };
}

/** The row of a signal, once nothing more is done for it. */
function ended(name: string, id: string): Promise<Row> {
  return vi.waitFor(async () => {
    const row = (await rows()).find(({ account, signal }) => account === name && signal.id === id);
    if (row !== undefined && isFinal(row.state)) return row;
    throw new Error(`${name}, ${id}: ${row?.state}, ${row?.outcome}`);
  }, PATIENCE);
}

/** What the exchange holds for an account, and its orders. */
async function at(name: string): Promise<{ readonly held: string; readonly orders: string[] }> {
  const { balances, orders } = await exchange();
  // The exchange knows a made-up key by the name of its secret.
  const own = orders.filter(({ account }) => account === `local/${name}`);
  for (const { volume, executed } of own) expect(executed).toBe(volume);
  return {
    held: balances[`local/${name}`]?.['XXBT']?.total ?? '0',
    orders: own.map(({ side, volume }) => `${side} ${volume}`),
  };
}

const SPOT = { step: 'short without leverage', value: 'flat, as spot cannot be short' };

/** Spot cannot be short. */
function wanted({ position, size }: Alert): string {
  return position === 'long' ? size : '0';
}

/** The orders that a person would make by hand: to where the newest message that came says, each time. */
function expectedOrders(arrives: readonly Alert[]): string[] {
  const orders: string[] = [];
  let [held, newestMs] = [ZERO, 0];
  for (const alert of arrives) {
    if (alert.sentAtMs < newestMs) continue;
    newestMs = alert.sentAtMs;
    const by = decimal(wanted(alert)).minus(held);
    held = held.plus(by);
    if (!by.eq('0')) orders.push(`${by.gt('0') ? 'buy' : 'sell'} ${plain(by.abs())}`);
  }
  return orders;
}

it('npm start prints a message that a source with a target takes', async () => {
  const { status, body } = await post(stack.hookUrl, stack.message);
  expect([status, body['status']]).toEqual([200, 'accepted']);
  expect(await ended('printed', String(body['signal']))).toMatchObject({ state: 'placed' });
  expect(await at('printed')).toEqual({ held: '0.001', orders: ['buy 0.001'] });
});

describe('the recorded day', () => {
  it('is the message of `harpoon template`, with its placeholders filled in', () => {
    const compiled = compileConfig(CONFIG);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
    const source = compiled.config.sources['whole'];
    const [template] = templatesOf({ name: 'whole', source: source! }, 0);
    const shape = JSON.parse(template?.text ?? '{}') as Record<string, string>;
    for (const { text: line } of RECORDED) {
      const said = JSON.parse(line) as Record<string, string>;
      expect(Object.keys(said)).toEqual(Object.keys(shape));
      expect(line).toBe(JSON.stringify(said));
      expect(said['secret']).toBe(shape['secret']);
      expect(said['id']).toMatch(new RegExp(`^.+-(buy|sell)-${said['time']}$`));
    }
  });

  it('is followed message by message', async () => {
    const spoken: string[] = [];
    for (const alert of ALERTS) {
      const { said, signal } = await send('whole', alert);
      const { state, outcome, decision } = await ended('whole', signal);
      const { held, orders } = await at('whole');
      spoken.push(
        `${alert.position} ${alert.size}: ${said}, ${state}, ${orders.at(-1)}, holds ${held}`,
      );
      if (alert.position === 'short') expect(decision?.steps).toContainEqual(SPOT);
      if (alert.position === 'flat') expect(outcome).toContain('there is nothing to close');
    }
    expect(spoken).toEqual([
      'long 0.02: 200 accepted, placed, buy 0.02, holds 0.02',
      'long 0.03: 200 accepted, placed, buy 0.01, holds 0.03',
      'long 0.012: 200 accepted, placed, sell 0.018, holds 0.012',
      'short 0.02: 200 accepted, placed, sell 0.012, holds 0',
      'flat 0: 200 accepted, unneeded, sell 0.012, holds 0',
      'long 0.025: 200 accepted, placed, buy 0.025, holds 0.025',
    ]);
  });
});

describe('the recorded day, whatever becomes of its messages,', () => {
  let books: Books;
  const answers = new Map<string, readonly string[]>();
  beforeAll(async () => {
    await Promise.all(
      DAYS.filter(({ name }) => name !== 'whole').map(async ({ name, arrives }) => {
        const told: string[] = [];
        for (const alert of arrives) told.push((await send(name, alert)).said);
        answers.set(name, told);
      }),
    );
    await vi.waitFor(async () => {
      const open = (await rows()).filter(({ state }) => !isFinal(state));
      expect(open.map(({ signal }) => `${signal.source} ${signal.id}`)).toEqual([]);
    }, PATIENCE);
    await post(`${stack.gatewayUrl}/local/reconcile`, {});
    const { code, out } = await runHere(
      ['books', '--json', '--on', 'local', '--dir', directory],
      directory,
    );
    expect(code).toBe(0);
    books = JSON.parse(out) as Books;
  }, 60_000);

  it.each(DAYS.map((day) => [day.title, day] as const))(
    'ends where its strategy stands, %s',
    async (_title, { name, arrives }) => {
      const { held, orders } = await at(name);
      expect(orders).toEqual(expectedOrders(arrives));
      const last = [...arrives].sort((a, b) => a.sentAtMs - b.sentAtMs).at(-1)!;
      const [book, ...more] = books.books.filter(({ account }) => account === name);
      expect(more).toEqual([]);
      expect(book).toMatchObject({
        ...{ quantity: last.size, inFlight: [] },
        claim: { position: last.position, size: last.size, signal: last.id, agrees: true },
      });
      expect(held).toBe(last.size);
      expect(books.external.filter(({ account }) => account === name)).toMatchObject([{ held }]);
      const said = arrives.map((alert, i) =>
        arrives.indexOf(alert) < i ? '200 duplicate' : '200 accepted',
      );
      if (name !== 'whole') expect(answers.get(name)).toEqual(said);
    },
  );
});
