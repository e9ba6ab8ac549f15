/**
 * One lane per API key: whoever holds it is the key's only user, and has a block of nonces that
 * nobody else will get. Taking the lane and reserving the nonces is one conditional write, so the
 * order in which workers hold the lane is the order of their nonces.
 */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { assert } from '../../core/result.ts';
import { LANE_MS, LANE_NONCES } from '../../core/protocol.ts';
import type { Clock, LaneLease, Lanes } from '../../core/ports.ts';
import { isConditionFailure, type Table } from './client.ts';
import { laneKey } from './keys.ts';

/** A lane's row: `nonce` is the highest ever reserved, in microseconds of Unix time. */
interface LaneRow {
  readonly nonce: number;
  readonly fence: number;
  readonly owner?: string;
  readonly untilMs: number;
}

/** Lanes over a table. A key whose lane row is missing was never armed: it fails closed. */
export function dynamoLanes(table: Table, clock: Clock): Lanes {
  return {
    take: (keyId, owner) => takeLane(table, clock, keyId, owner),
    release: (lease) => releaseLane(table, clock, lease),
  };
}

async function takeLane(
  table: Table,
  clock: Clock,
  keyId: string,
  owner: string,
): Promise<LaneLease | 'busy' | 'not-armed'> {
  const nowMs = clock.nowMs();
  // Kraken wants each nonce above the last one of the key. Wall-clock microseconds keep rising
  // when another client used the key in between, and stay below 2^53 until the year 2255.
  const now = nowMs * 1_000;
  const byClock = await tryTake(table, keyId, owner, nowMs, { set: now, onlyAbove: now });
  if (byClock.kind === 'taken') return lease(keyId, owner, byClock.row);
  if (byClock.kind === 'missing') return 'not-armed';
  if (byClock.row.untilMs >= nowMs && byClock.row.owner !== owner) return 'busy';
  // The stored nonce is ahead of this clock (another machine's clock is): count on from it.
  const byCount = await tryTake(table, keyId, owner, nowMs, 'count');
  return byCount.kind === 'taken' ? lease(keyId, owner, byCount.row) : 'busy';
}

type Taken =
  | { readonly kind: 'taken' | 'held'; readonly row: LaneRow }
  | { readonly kind: 'missing' };

async function tryTake(
  table: Table,
  keyId: string,
  owner: string,
  nowMs: number,
  nonce: { set: number; onlyAbove: number } | 'count',
): Promise<Taken> {
  const counted = nonce === 'count';
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: laneKey(keyId),
        UpdateExpression:
          'SET #owner = :owner, untilMs = :until, fence = fence + :one, nonce = ' +
          (counted ? 'nonce + :block' : ':nonce'),
        ConditionExpression:
          'attribute_exists(nonce) AND (untilMs < :now OR #owner = :owner)' +
          (counted ? '' : ' AND nonce < :above'),
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': owner,
          ':until': nowMs + LANE_MS,
          ':one': 1,
          ':now': nowMs,
          ...(counted
            ? { ':block': LANE_NONCES }
            : { ':nonce': nonce.set + LANE_NONCES, ':above': nonce.onlyAbove }),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { kind: 'taken', row: Attributes as unknown as LaneRow };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const { Item } = error as { Item?: Record<string, AttributeValue> };
    return Item === undefined
      ? { kind: 'missing' }
      : { kind: 'held', row: unmarshall(Item) as unknown as LaneRow };
  }
}

function lease(keyId: string, owner: string, row: LaneRow): LaneLease {
  const last = row.nonce;
  let next = last - LANE_NONCES + 1;
  return {
    keyId,
    owner,
    fence: row.fence,
    untilMs: row.untilMs,
    nextNonce() {
      assert(next <= last, 'an invocation uses no more nonces than it reserved');
      assert(Number.isSafeInteger(next), 'a nonce is an exact integer');
      return String(next++);
    },
  };
}

async function releaseLane(table: Table, clock: Clock, held: LaneLease): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: laneKey(held.keyId),
        UpdateExpression: 'SET untilMs = :before REMOVE #owner',
        ConditionExpression: '#owner = :owner AND fence = :fence',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':before': clock.nowMs() - 1,
          ':owner': held.owner,
          ':fence': held.fence,
        },
      }),
    );
  } catch (error) {
    // Somebody else holds it by now: nothing to release.
    if (!isConditionFailure(error)) throw error;
  }
}

/** Whether a key was ever armed. */
export async function isArmed(table: Table, keyId: string): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: laneKey(keyId), ConsistentRead: true }),
  );
  return Item !== undefined;
}

/**
 * Arms a key: writes its lane with a first nonce, above what the exchange has seen of the key.
 * Never lowers the nonce of a lane that exists.
 */
export async function armLane(table: Table, keyId: string, nonce: number): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: laneKey(keyId),
        UpdateExpression:
          'SET nonce = :nonce, fence = if_not_exists(fence, :zero),' +
          ' untilMs = if_not_exists(untilMs, :zero)',
        ConditionExpression: 'attribute_not_exists(nonce) OR nonce < :nonce',
        ExpressionAttributeValues: { ':nonce': nonce, ':zero': 0 },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
