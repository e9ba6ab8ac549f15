/**
 * One DynamoDB document client per process. Failures that mean "somebody else was first" are told
 * apart here; everything else is thrown as it came.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AWS_LIMITS } from '../aws-limits.ts';

/** The client and the table that every adapter of this folder works on. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** Opens the table; region, credentials and AWS_ENDPOINT_URL come from the environment. */
export function openTable(name: string): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(AWS_LIMITS), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, name };
}

/** Why one action of a cancelled transaction failed; `None` for the others. */
export interface CancellationReason {
  readonly code: string;
  /** The item as it is, in DynamoDB's own attribute form, where it was asked for. */
  readonly item?: Record<string, unknown>;
}

/** The reasons of a cancelled transaction in the order of its actions; undefined if it is not one. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (!isNamed(error, 'TransactionCanceledException')) return undefined;
  const reasons = (error as { CancellationReasons?: { Code?: string; Item?: unknown }[] })
    .CancellationReasons;
  return (reasons ?? []).map((reason) => ({
    code: reason.Code ?? 'None',
    ...(reason.Item ? { item: reason.Item as Record<string, unknown> } : {}),
  }));
}

/** Whether a single conditional write found its condition false. */
export function isConditionFailure(error: unknown): boolean {
  return isNamed(error, 'ConditionalCheckFailedException');
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
