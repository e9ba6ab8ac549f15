/**
 * TransactWriteItems and TransactGetItems. Called while no other write is under way, so every
 * condition is read against the state that the writes are then added to in one batch.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
import { AwsError, type Input } from './aws-json-server.ts';
import {
  act,
  checkCondition,
  describe,
  storeKey,
  storeKeyOfItem,
  validated,
  type Item,
  type Store,
  type TableDescription,
} from './dynalite.ts';
import { stage, type StagedStore } from './staged-store.ts';
import type { TransactionTokens } from './transaction-tokens.ts';

const MAX_ACTIONS = 100;

/** Kinds of actions with the single-item operation whose rules they follow. */
const KINDS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

interface Action {
  readonly kind: string;
  readonly operation: string;
  readonly data: Input;
  readonly table: string;
  readonly key: string;
  readonly returnsItem: boolean;
}

/** Why an action stood in the way; the order of reasons is the order of actions. */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** Carries out all actions or none; a cancelled transaction is an error with its reasons. */
export async function transactWrite(
  store: Store,
  tokens: TransactionTokens,
  input: Input,
): Promise<object> {
  const requested = listOf(input, 'TransactItems');
  const token = input['ClientRequestToken'];
  if (token !== undefined && (typeof token !== 'string' || !/^.{1,36}$/.test(token))) {
    throw invalid('ClientRequestToken must be text of 1 to 36 characters');
  }
  const actions: Action[] = [];
  for (const item of requested) actions.push(await readAction(store, item));
  refuseTwoOnOneItem(actions);
  if (token !== undefined && tokens.isDone(token, requested)) return {};

  const staged = stage(store);
  const reasons: Reason[] = [];
  for (const action of actions) reasons.push(await attempt(staged, action));
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);

  await staged.commit(token === undefined ? [] : tokens.writes(token, requested));
  if (token !== undefined) tokens.remember(token, requested);
  return {};
}

/** Reads several items as of one instant. */
export async function transactGet(store: Store, input: Input): Promise<object> {
  const responses: object[] = [];
  for (const item of listOf(input, 'TransactItems')) {
    const get = onlyField(item, ['Get']).value;
    responses.push(await act('GetItem', validated('GetItem', get, store), store));
  }
  return { Responses: responses };
}

async function readAction(store: Store, item: unknown): Promise<Action> {
  const { name: kind, value } = onlyField(item, Object.keys(KINDS));
  const operation = KINDS[kind] ?? '';
  const required = kind === 'Update' ? 'UpdateExpression' : 'ConditionExpression';
  if ((kind === 'Update' || kind === 'ConditionCheck') && value[required] === undefined) {
    throw invalid(`a ${kind} of a transaction needs a ${required}`);
  }
  const data = validated(operation, value, store);
  const description = await describe(String(data['TableName']), store);
  const returnsItem = value['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
  const key = keyOf(kind, data, description);
  return { kind, operation, data, table: description.TableName, key, returnsItem };
}

function keyOf(kind: string, data: Input, table: TableDescription): string {
  return kind === 'Put'
    ? storeKeyOfItem(data['Item'] as Item, table)
    : storeKey(data['Key'] as Item, table);
}

function refuseTwoOnOneItem(actions: readonly Action[]): void {
  const keys = new Set(actions.map(({ table, key }) => `${table}~${key}`));
  if (keys.size === actions.length) return;
  throw invalid('Transaction request cannot include multiple operations on one item');
}

async function attempt(staged: StagedStore, action: Action): Promise<Reason> {
  const existing = await staged.item(action.table, action.key);
  try {
    if (action.kind === 'ConditionCheck') checkCondition(action.data, existing);
    else await act(action.operation, action.data, staged);
    return { Code: 'None' };
  } catch (error) {
    const { type, message } = typeOf(error);
    if (type === 'ConditionalCheckFailedException') {
      const item = action.returnsItem && existing !== undefined ? { Item: existing } : {};
      return { Code: 'ConditionalCheckFailed', Message: message, ...item };
    }
    if (type === 'ValidationException') return { Code: 'ValidationError', Message: message };
    throw error;
  }
}

function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

/** The bare name and the message of an error of the store; neither for any other error. */
export function typeOf(error: unknown): { type: string; message: string } {
  const body = (error as { body?: { __type?: unknown; message?: unknown } }).body;
  const type = typeof body?.__type === 'string' ? (body.__type.split('#')[1] ?? '') : '';
  return { type, message: typeof body?.message === 'string' ? body.message : '' };
}

function listOf(input: Input, name: string): readonly unknown[] {
  const list = input[name];
  if (!Array.isArray(list) || list.length < 1 || list.length > MAX_ACTIONS) {
    throw invalid(
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MAX_ACTIONS} and at least 1`,
    );
  }
  return list;
}

function onlyField(item: unknown, names: readonly string[]): { name: string; value: Input } {
  const fields = typeof item === 'object' && item !== null ? Object.entries(item) : [];
  const [field, ...rest] = fields.filter(([, value]) => value !== undefined && value !== null);
  if (field === undefined || rest.length > 0 || !names.includes(field[0])) {
    throw invalid(`each of TransactItems must have exactly one of ${names.join(', ')}`);
  }
  return { name: field[0], value: field[1] as Input };
}

function invalid(message: string): AwsError {
  return new AwsError('com.amazon.coral.validate#ValidationException', message);
}
