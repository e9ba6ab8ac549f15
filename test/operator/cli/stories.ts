/** Orders as commands tell of them: one that was placed, one that was refused, one that hangs. */
import { bookOf } from '../../../functions/core/book.ts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { accountSwitch, GLOBAL_SWITCH } from '../../../functions/adapters/dynamo/keys.ts';
import { armLane, dynamoLanes } from '../../../functions/adapters/dynamo/lanes.ts';
import { armSwitch } from '../../../functions/adapters/dynamo/switches.ts';
import { TABLE_NAME } from '../../../functions/adapters/dynamo/table.ts';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { clientOrderIdOf, orderKeyOf } from '../../../functions/core/identity.ts';
import type { Attempt, Decision, OrderRow } from '../../../functions/core/order.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';

/** Names of the signals. */
export const PLACED = 'story-placed';
export const REFUSED = 'story-refused';
export const HANGING = 'story-hanging';
export const STUCK = 'story-stuck';

const KEY_ID = 'key-of-the-stories';

const DECISION: Decision = {
  pair: 'BTC/USD',
  pairReason: 'KRAKEN:XBTUSD is Kraken’s name of BTC/USD',
  steps: [
    { step: 'size', value: '100 USD' },
    { step: 'at the ask', value: '0.002 BTC' },
  ],
  notional: '100',
  counted: '100 USD',
  atPrice: '50000',
  reducing: false,
};

/** The table at an address, as the tests write into it. */
export function tableAt(url: string): Table {
  const marshallOptions = { removeUndefinedValues: true };
  const raw = new DynamoDBClient(localClient(url));
  return { client: DynamoDBDocumentClient.from(raw, { marshallOptions }), name: TABLE_NAME };
}

/** A received row of a signal. */
export function received(changed: Partial<Signal>, account = 'main', agoMs = 60_000): OrderRow {
  const receivedAtMs = Date.now() - agoMs;
  const signal: Signal = {
    ...{ id: PLACED, source: 'btc-trend', sentAtMs: receivedAtMs - 2_000 },
    ...{ symbol: 'KRAKEN:XBTUSD', action: 'buy', type: 'market' },
    ...changed,
  };
  const orderKey = orderKeyOf({ source: signal.source, account, signalId: signal.id });
  return {
    ...{ schema: 1, account, orderKey, state: 'received', version: 1 },
    ...{ clientOrderId: clientOrderIdOf(orderKey), payloadHash: 'a'.repeat(64), signal },
    ...{ receivedAtMs, expiresAtMs: receivedAtMs + 60_000, sends: 0, licences: 1 },
    ...{ dueAtMs: receivedAtMs + 20_000, auditHash: '' },
  };
}

/** Arms what an order needs to be licensed. */
export async function armStories(table: Table, accounts: readonly string[]): Promise<void> {
  await armLane(table, KEY_ID, Date.now() * 1_000);
  await armSwitch(table, GLOBAL_SWITCH);
  for (const account of accounts) await armSwitch(table, accountSwitch(account));
}

/** Writes a row and licenses it; the row that may be sent. */
export async function prepared(table: Table, row: OrderRow): Promise<OrderRow> {
  const log = dynamoOrderLog(table);
  await log.receive(row, 'received from btc-trend');
  const lane = await dynamoLanes(table, systemClock).take(KEY_ID, row.orderKey);
  if (typeof lane === 'string') throw new Error(lane);
  const atMs = row.receivedAtMs + 500;
  const order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.002' } as const;
  const attempt: Attempt = {
    ...{ token: 'token', nonce: lane.nextNonce(), deadlineMs: atMs + 10_000, preparedAtMs: atMs },
    ...{ order, keyId: KEY_ID, fence: lane.fence, validate: false },
  };
  const stored = (await log.read(row)) ?? row;
  const result = await log.prepare(stored, {
    ...{ attempt, decision: DECISION, lane, dueAtMs: atMs + 20_000, risk: { atMs } },
    book: { ref: bookOf(row, { pair: DECISION.pair, keyId: KEY_ID, validate: false }) },
  });
  await dynamoLanes(table, systemClock).release(lane);
  if (result.kind !== 'prepared') throw new Error(result.kind);
  return result.row;
}

/** Writes the three stories. */
export async function writeStories(table: Table): Promise<void> {
  const log = dynamoOrderLog(table);
  const size = { unit: 'quote', amount: '900', currency: 'USD' } as const;
  const refused = received({ id: REFUSED, size }, 'main', 120_000);
  const sentence =
    'the order is worth 900 USD, and one order may be worth 500 USD (maxOrder): send a smaller size, or raise maxOrder in harpoon.yaml.';
  const code = 'above-max-order';
  await log.receive(refused, 'received from btc-trend');
  const row = await log.read(refused);
  if (row === undefined) throw new Error('the row is there');
  const atMs = row.receivedAtMs + 900;
  const change = { why: `${code}: ${sentence}`, atMs, dueAtMs: null };
  await log.move(row, 'rejected', { ...change, set: { refusal: { code, sentence } } });

  const hanging = await prepared(table, received({ id: HANGING }, 'main', 90_000));
  const why = 'no answer came within 5 s';
  const later = { atMs: hanging.receivedAtMs + 6_000, dueAtMs: Date.now() + 60_000 };
  await log.move(hanging, 'unknown', { ...later, why, set: { outcome: why } });

  const sent = await prepared(table, received({ id: PLACED, comment: 'breakout' }));
  const placedAtMs = sent.receivedAtMs + 700;
  await log.move(sent, 'placed', {
    ...{ why: 'Kraken: buy 0.00200000 XBTUSD @ market', atMs: placedAtMs, dueAtMs: null },
    set: { exchangeOrderId: 'OSTORY-AAAAA-BBBBBB', outcome: 'buy 0.00200000 XBTUSD @ market' },
    notice: placedNotice(sent, placedAtMs),
  });
}

/** Writes one more: an order that never arrived, and of which Harpoon could not tell. */
export async function writeStuck(table: Table, id = STUCK): Promise<void> {
  const row = await prepared(table, received({ id }, 'main', 3_600_000));
  const why = 'no answer for 15 minutes: Kraken is away';
  const change = { why, set: { outcome: why }, atMs: Date.now(), dueAtMs: null };
  await dynamoOrderLog(table).move(row, 'needs-human', change);
}

function placedNotice({ clientOrderId, version }: OrderRow, atMs: number): Notice {
  const id = `order:${clientOrderId}:${version + 1}`;
  const title = 'buy BTC/USD on main: placed';
  return { ...{ id, atMs, urgency: 'info', subject: 'order', title, text: title, channels: [] } };
}
