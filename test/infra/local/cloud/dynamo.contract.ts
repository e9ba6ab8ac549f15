/**
 * What Harpoon relies on of DynamoDB, as one suite for every implementation of it: the embedded one,
 * and AWS's own DynamoDB Local, which says that the suite itself is right.
 */
import {
  DescribeTimeToLiveCommand,
  GetItemCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  NumberValue,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, tableCommand } from '../../../../infra/local/cloud/cloud.ts';

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** An error of the SDK as far as the suite looks at it. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly Item?: Record<string, AttributeValue>;
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Item?: Record<string, AttributeValue>;
  }[];
}

/** Runs the suite against what `makeClient` connects to. */
export function dynamoContract(
  name: string,
  makeClient: () => Promise<{ client: DynamoDBClient; close: () => Promise<void> }>,
): void {
  describe(name, () => {
    const TableName = `contract-${randomUUID()}`;
    let raw: DynamoDBClient;
    let documents: DynamoDBDocumentClient;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const made = await makeClient();
      ({ client: raw, close } = made);
      documents = DynamoDBDocumentClient.from(raw, {
        marshallOptions: { removeUndefinedValues: true },
      });
      await createTable(raw, TableName);
    });
    afterAll(async () => {
      await close();
    });

    /** A key that no other test has. */
    const fresh = () => ({ pk: randomUUID(), sk: 'A' });
    const put = (Item: object) => documents.send(new PutCommand({ TableName, Item: { ...Item } }));
    const get = async (Key: object) => {
      const key = { ...Key };
      const command = new GetCommand({ TableName, Key: key, ConsistentRead: true });
      return (await documents.send(command)).Item;
    };
    const transact = (TransactItems: Actions, ClientRequestToken?: string) =>
      documents.send(
        new TransactWriteCommand({
          TransactItems,
          ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
        }),
      );

    describe('single writes', () => {
      test('of 50 parallel puts that want to be first, one wins', async () => {
        const key = fresh();
        const command = (by: number) =>
          new PutCommand({
            TableName,
            Item: { ...key, by },
            ConditionExpression: 'attribute_not_exists(pk)',
          });
        const results = await Promise.allSettled(
          Array.from({ length: 50 }, (_, by) => documents.send(command(by))),
        );
        const winners = results.flatMap(({ status }, by) => (status === 'fulfilled' ? [by] : []));
        const losers = results.flatMap((it) =>
          it.status === 'rejected' ? [(it.reason as Failure).name] : [],
        );
        expect(winners).toHaveLength(1);
        expect(new Set(losers)).toEqual(new Set(['ConditionalCheckFailedException']));
        expect(await get(key)).toEqual({ ...key, by: winners[0] });
      });

      test.each([
        ['put', (key: object) => new PutCommand({ TableName, Item: { ...key }, ...never })],
        ['delete', (key: object) => new DeleteCommand({ TableName, Key: { ...key }, ...never })],
        ['update', (key: object) => new UpdateCommand({ TableName, Key: { ...key }, ...never })],
      ] as const)(
        'a failed condition of a %s shows the item that failed it',
        async (_, command) => {
          const key = fresh();
          const missing = await failureOf(documents.send(command(key) as PutCommand));
          expect(missing.name).toBe('ConditionalCheckFailedException');
          expect(missing.Item).toBeUndefined();

          await put({ ...key, token: 'mine' });
          const found = await failureOf(documents.send(command(key) as PutCommand));
          expect(found.Item).toEqual({ pk: { S: key.pk }, sk: { S: 'A' }, token: { S: 'mine' } });
          expect(await get(key)).toEqual({ ...key, token: 'mine' });
        },
      );

      test('a failed condition shows nothing unless asked to', async () => {
        const key = fresh();
        await put(key);
        const ConditionExpression = 'attribute_not_exists(pk)';
        const command = new PutCommand({ TableName, Item: key, ConditionExpression });
        expect((await failureOf(documents.send(command))).Item).toBeUndefined();
      });

      test('an update counts, defaults, appends and removes', async () => {
        const key = fresh();
        await put({ ...key, fence: 4, trail: ['a'], gone: true });
        const command = new UpdateCommand({
          TableName,
          Key: key,
          UpdateExpression:
            'SET fence = fence + :one, seen = if_not_exists(seen, :none),' +
            ' trail = list_append(trail, :more) REMOVE gone ADD notional :add',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':one': 1, ':none': 'no', ':more': ['b'], ':add': 7 },
          ReturnValues: 'ALL_NEW',
        });
        const after = { ...key, fence: 5, trail: ['a', 'b'], notional: 7, seen: 'no' };
        expect((await documents.send(command)).Attributes).toEqual(after);
        expect(await get(key)).toEqual(after);
      });
    });

    describe('conditions', () => {
      const item = { state: 'queued', sends: 1, cap: 2.5, tags: ['x'], nested: { on: true } };
      const values = {
        ':queued': 'queued',
        ':other': 'placed',
        ':one': 1,
        ':two': 2,
        ':true': true,
        ':x': 'x',
      };
      test.each([
        ['attribute_exists(#state)', true],
        ['attribute_exists(absent)', false],
        ['attribute_not_exists(absent)', true],
        ['#state IN (:other, :queued)', true],
        ['#state IN (:other, :x)', false],
        ['sends <= :one', true],
        ['sends < :one', false],
        ['cap > :two', true],
        ['cap <= :two', false],
        ['absent <= :two', false],
        ['absent <> :two', true],
        ['attribute_not_exists(absent) OR absent <= :two', true],
        ['#state = :other OR (sends = :one AND cap > :two)', true],
        ['NOT #state = :queued', false],
        ['nested.#on = :true', true],
        ['contains(tags, :x) AND size(tags) = :one', true],
        ['begins_with(#state, :queued)', true],
        ['sends BETWEEN :one AND :two', true],
      ])('%s is %s', async (ConditionExpression, holds) => {
        const key = fresh();
        await put({ ...key, ...item });
        const uses = (name: string) => new RegExp(`${name}\\b`).test(ConditionExpression);
        const used = (all: object) => Object.entries(all).filter(([one]) => uses(one));
        const names = Object.fromEntries(used({ '#state': 'state', '#on': 'on' }));
        const given = Object.fromEntries(used(values));
        const write = documents.send(
          new PutCommand({
            TableName,
            Item: { ...key, done: true },
            ConditionExpression,
            ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
            ...(Object.keys(given).length > 0 ? { ExpressionAttributeValues: given } : {}),
          }),
        );
        if (holds) await write;
        else expect((await failureOf(write)).name).toBe('ConditionalCheckFailedException');
        expect((await get(key))?.['done']).toBe(holds ? true : undefined);
      });
    });

    describe('numbers', () => {
      test('sums of decimals are exact', async () => {
        const key = fresh();
        for (const add of ['0.1', '0.2', '99999999.00000001']) {
          await documents.send(
            new UpdateCommand({
              TableName,
              Key: key,
              UpdateExpression: 'ADD notional :add',
              ExpressionAttributeValues: { ':add': NumberValue.from(add) },
            }),
          );
        }
        expect(await numberOf(key)).toBe('99999999.30000001');
      });

      test.each([
        ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
        ['0.00000000000000000000000000000000000001', '0.00000000000000000000000000000000000001'],
        ['1.500', '1.5'],
        ['-0', '0'],
      ])('%s is kept as %s', async (written, kept) => {
        const key = fresh();
        await put({ ...key, notional: NumberValue.from(written) });
        expect(await numberOf(key)).toBe(kept);
      });

      test('more than 38 digits are refused', async () => {
        const notional = NumberValue.from(`1.${'1'.repeat(38)}`);
        expect(await failureOf(put({ ...fresh(), notional }))).toMatchObject({
          name: 'ValidationException',
        });
      });

      test('a cap is compared as a number', async () => {
        const key = fresh();
        const add = (amount: string, left: string) =>
          documents.send(
            new UpdateCommand({
              TableName,
              Key: key,
              UpdateExpression: 'ADD notional :add',
              ConditionExpression: 'attribute_not_exists(notional) OR notional <= :left',
              ExpressionAttributeValues: {
                ':add': NumberValue.from(amount),
                ':left': NumberValue.from(left),
              },
            }),
          );
        await add('9.5', '0.5');
        expect((await failureOf(add('0.51', '9.49'))).name).toBe('ConditionalCheckFailedException');
        await add('0.25', '9.75');
        await add('90', '10.000');
        expect(await numberOf(key)).toBe('99.75');
      });

      const numberOf = async ({ pk, sk }: { pk: string; sk: string }) => {
        const command = new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: sk } } });
        return (await raw.send(command)).Item?.['notional']?.N;
      };
    });

    describe('transactions', () => {
      test('carry out every kind of action', async () => {
        const [made, changed, removed, seen] = [fresh(), fresh(), fresh(), fresh()];
        for (const key of [changed, removed, seen]) await put({ ...key, n: 1 });
        await transact([
          { Put: { TableName, Item: { ...made, n: 1 } } },
          { Update: { TableName, Key: changed, UpdateExpression: 'ADD n :one', ...one } },
          { Delete: { TableName, Key: removed, ConditionExpression: 'n = :one', ...one } },
          { ConditionCheck: { TableName, Key: seen, ConditionExpression: 'n = :one', ...one } },
        ]);
        expect(await Promise.all([made, changed, removed, seen].map(get))).toEqual([
          { ...made, n: 1 },
          { ...changed, n: 2 },
          undefined,
          { ...seen, n: 1 },
        ]);
      });

      test('do nothing when one condition fails, and say which, with the item if asked', async () => {
        const [made, changed, silent, missing] = [fresh(), fresh(), fresh(), fresh()];
        for (const key of [changed, silent]) await put({ ...key, n: 2 });
        const asked = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
        const failing = { TableName, ConditionExpression: 'n = :one', ...one };
        const failure = await failureOf(
          transact([
            { Put: { TableName, Item: made } },
            { Update: { ...failing, Key: changed, UpdateExpression: 'ADD n :one', ...asked } },
            { ConditionCheck: { ...failing, Key: silent } },
            { Delete: { ...failing, Key: missing, ...asked } },
          ]),
        );
        expect(failure.name).toBe('TransactionCanceledException');
        expect(failure.message).toContain(
          '[None, ConditionalCheckFailed, ConditionalCheckFailed, ConditionalCheckFailed]',
        );
        const reasons = failure.CancellationReasons ?? [];
        expect(reasons.map(({ Code }) => Code)).toEqual([
          'None',
          'ConditionalCheckFailed',
          'ConditionalCheckFailed',
          'ConditionalCheckFailed',
        ]);
        expect(reasons.map(({ Item }) => Item)).toEqual([
          undefined,
          { pk: { S: changed.pk }, sk: { S: 'A' }, n: { N: '2' } },
          undefined,
          undefined,
        ]);
        expect(await Promise.all([made, changed].map(get))).toEqual([
          undefined,
          { ...changed, n: 2 },
        ]);
      });

      test('do nothing when one action does not fit its item', async () => {
        const [made, textual] = [fresh(), fresh()];
        await put({ ...textual, n: 'text' });
        const failure = await failureOf(
          transact([
            { Put: { TableName, Item: made } },
            { Update: { TableName, Key: textual, UpdateExpression: 'ADD n :one', ...one } },
          ]),
        );
        // AWS documents the reason ValidationError; DynamoDB Local answers as to a single write.
        const codes = failure.CancellationReasons?.map(({ Code }) => Code);
        expect([failure.name, codes]).toBeOneOf([
          ['TransactionCanceledException', ['None', 'ValidationError']],
          ['ValidationException', undefined],
        ]);
        expect(await get(made)).toBeUndefined();
      });

      test('with the same token and request happen once', async () => {
        const key = fresh();
        const actions: Actions = [
          { Update: { TableName, Key: key, UpdateExpression: 'ADD n :one', ...one } },
        ];
        const token = randomUUID();
        await transact(actions, token);
        await transact(actions, token);
        expect(await get(key)).toEqual({ ...key, n: 1 });
        await transact(actions, randomUUID());
        expect(await get(key)).toEqual({ ...key, n: 2 });
      });

      test('with the token of another request are refused', async () => {
        const key = fresh();
        const token = randomUUID();
        await transact([{ Put: { TableName, Item: { ...key, n: 1 } } }], token);
        const other = transact([{ Put: { TableName, Item: { ...key, n: 2 } } }], token);
        expect((await failureOf(other)).name).toBe('IdempotentParameterMismatchException');
        expect(await get(key)).toEqual({ ...key, n: 1 });
      });

      test('side by side never exceed a cap that each of them checks', async () => {
        const [cap, audit] = [fresh(), fresh()];
        const claim = () =>
          transact([
            {
              Update: {
                TableName,
                Key: cap,
                UpdateExpression: 'ADD n :one',
                ConditionExpression: 'attribute_not_exists(n) OR n < :cap',
                ExpressionAttributeValues: { ':one': 1, ':cap': 5 },
              },
            },
            { Update: { TableName, Key: audit, UpdateExpression: 'ADD n :one', ...one } },
          ]);
        const results = await Promise.allSettled(Array.from({ length: 30 }, claim));
        const won = results.filter(({ status }) => status === 'fulfilled').length;
        for (const result of results) {
          if (result.status === 'fulfilled') continue;
          // Refused by the cap or by a conflict; both are reasons of a cancelled transaction.
          expect((result.reason as Failure).name).toBe('TransactionCanceledException');
        }
        expect(won).toBeGreaterThan(0);
        expect(won).toBeLessThanOrEqual(5);
        expect(await get(cap)).toEqual({ ...cap, n: won });
        expect(await get(audit)).toEqual({ ...audit, n: won });
      });

      test('and single writes side by side lose no count', async () => {
        const key = fresh();
        const update = { TableName, Key: key, UpdateExpression: 'ADD n :one', ...one };
        const results = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) =>
            i % 2 ? transact([{ Update: update }]) : documents.send(new UpdateCommand(update)),
          ),
        );
        const done = results.filter(({ status }) => status === 'fulfilled').length;
        expect(done).toBeGreaterThan(0);
        expect(await get(key)).toEqual({ ...key, n: done });
      });

      test('are never seen half', async () => {
        const [from, to] = [fresh(), fresh()];
        await put({ ...from, n: 100 });
        await put({ ...to, n: 0 });
        const move = () =>
          transact([
            { Update: { TableName, Key: from, UpdateExpression: 'ADD n :minus', ...minus } },
            { Update: { TableName, Key: to, UpdateExpression: 'ADD n :one', ...one } },
          ]).catch(conflict);
        const look = async () => {
          const both = [{ Get: { TableName, Key: from } }, { Get: { TableName, Key: to } }];
          const command = new TransactGetCommand({ TransactItems: both });
          const { Responses = [] } = await documents.send(command).catch(conflict);
          return Responses.map(({ Item }) => Number(Item?.['n']));
        };
        const looks = await Promise.all(
          Array.from({ length: 20 }, async () => (await Promise.all([move(), look()]))[1]),
        );
        const seen = looks.filter((numbers) => numbers.length > 0);
        expect(seen.map(([a = NaN, b = NaN]) => a + b)).toEqual(seen.map(() => 100));
        expect(await look()).toHaveLength(2);
      });

      test('read what is missing as missing', async () => {
        const [there, missing] = [fresh(), fresh()];
        await put(there);
        const TransactItems = [there, missing].map((Key) => ({ Get: { TableName, Key } }));
        const { Responses } = await documents.send(new TransactGetCommand({ TransactItems }));
        expect(Responses).toEqual([{ Item: there }, {}]);
      });
    });

    describe('queries', () => {
      test('the index holds only what is due, in order, by its keys', async () => {
        const due = `DUE-${randomUUID()}`;
        const rows = [3, 1, 2].map((at) => ({
          pk: `${due}-${at}`,
          sk: 'A',
          gsi1pk: due,
          gsi1sk: `000000000000${at}`,
        }));
        for (const row of rows) await put({ ...row, big: 'not projected' });
        await put({ pk: `${due}-x`, sk: 'A', big: 'not due' });
        const [three, first, second] = rows;
        const query = async () => {
          const command = new QueryCommand({
            TableName,
            IndexName: 'due',
            KeyConditionExpression: 'gsi1pk = :due AND gsi1sk <= :now',
            ExpressionAttributeValues: { ':due': due, ':now': '0000000000002' },
          });
          return (await documents.send(command)).Items;
        };
        await expect.poll(query).toEqual([first, second]);

        await documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: first?.pk, sk: 'A' },
            UpdateExpression: 'REMOVE gsi1pk, gsi1sk',
          }),
        );
        await put({ ...three, gsi1sk: '0000000000001' });
        await expect.poll(query).toEqual([{ ...three, gsi1sk: '0000000000001' }, second]);

        await transact([{ Delete: { TableName, Key: { pk: three?.pk, sk: 'A' } } }]);
        await put({ pk: second?.pk, sk: 'A' });
        await expect.poll(query).toEqual([]);
      });

      test('a partition is read in order, backwards, by prefix and page by page', async () => {
        const pk = randomUUID();
        const sks = ['A', 'E#000001', 'E#000002', 'E#000010', 'é'];
        for (const sk of [...sks].reverse()) await put({ pk, sk });
        const query = async (more: object) => {
          const command = new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk },
            ...more,
          });
          const { Items = [], LastEvaluatedKey } = await documents.send(command);
          return { sks: Items.map(({ sk }) => String(sk)), next: LastEvaluatedKey };
        };
        expect((await query({})).sks).toEqual(sks);
        expect((await query({ ScanIndexForward: false, Limit: 2 })).sks).toEqual(['é', 'E#000010']);
        const prefix = {
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :e)',
          ExpressionAttributeValues: { ':pk': pk, ':e': 'E#' },
        };
        expect((await query(prefix)).sks).toEqual(sks.slice(1, 4));
        const page = await query({ Limit: 3 });
        expect(page).toEqual({ sks: sks.slice(0, 3), next: { pk, sk: 'E#000002' } });
        const rest = await query({ Limit: 3, ExclusiveStartKey: page.next });
        expect(rest).toEqual({ sks: sks.slice(3), next: undefined });
      });

      test('batches and scans agree with single reads', async () => {
        const keys = Array.from({ length: 25 }, fresh);
        const requests = keys.map((Item) => ({ PutRequest: { Item } }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
        const command = new BatchGetCommand({ RequestItems: { [TableName]: { Keys: keys } } });
        const { Responses } = await documents.send(command);
        expect(Responses?.[TableName]).toHaveLength(25);
        const scan = new ScanCommand({
          TableName,
          FilterExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys[7]?.pk },
        });
        expect((await documents.send(scan)).Items).toEqual([keys[7]]);
      });
    });

    describe('refusals', () => {
      const long = 'x'.repeat(400 * 1024);
      const key = { pk: 'refusals', sk: 'A' };
      const update = (UpdateExpression: string, more: object = {}) =>
        new UpdateCommand({ TableName, Key: key, UpdateExpression, ...more });
      const puts = (count: number) =>
        Array.from({ length: count }, () => ({ Put: { TableName, Item: fresh() } }));

      test.each([
        ['a missing sort key', () => new GetCommand({ TableName, Key: { pk: 'x' } })],
        ['an empty key', () => new PutCommand({ TableName, Item: { pk: '', sk: 'A' } })],
        ['a key of a wrong type', () => new PutCommand({ TableName, Item: { pk: 1, sk: 'A' } })],
        [
          'an index key of a wrong type',
          () => new PutCommand({ TableName, Item: { ...key, gsi1pk: 1 } }),
        ],
        [
          'an item of more than 400 KB',
          () => new PutCommand({ TableName, Item: { ...key, long } }),
        ],
        ['an update to more than 400 KB', () => update('SET long = :long', value(':long', long))],
        ['a write to a key attribute', () => update('SET pk = :x', value(':x', 'x'))],
        ['a reserved word', () => update('SET state = :x', value(':x', 'x'))],
        ['a value that is not given', () => update('SET a = :missing')],
        [
          'a value that is not used',
          () => update('SET a = :x', { ...value(':x', 1), ...value(':y', 1) }),
        ],
        ['a malformed expression', () => update('SETT a = :x', value(':x', 1))],
        ['no action', () => new TransactWriteCommand({ TransactItems: [] })],
        ['101 actions', () => new TransactWriteCommand({ TransactItems: puts(101) })],
        [
          'two actions on one item',
          () =>
            new TransactWriteCommand({
              TransactItems: [
                { Put: { TableName, Item: key } },
                {
                  ConditionCheck: {
                    TableName,
                    Key: key,
                    ConditionExpression: 'attribute_exists(pk)',
                  },
                },
              ],
            }),
        ],
        [
          'a put without its key in a transaction',
          () =>
            new TransactWriteCommand({
              TransactItems: [{ Put: { TableName, Item: { pk: 'x' } } }],
            }),
        ],
        [
          'half a key in a transaction',
          () =>
            new TransactWriteCommand({
              TransactItems: [{ Delete: { TableName, Key: { pk: 'x' } } }],
            }),
        ],
        [
          'an item of more than 400 KB in a transaction',
          () =>
            new TransactWriteCommand({
              TransactItems: [{ Put: { TableName, Item: { ...key, long } } }],
            }),
        ],
        [
          'a reserved word in a transaction',
          () =>
            new TransactWriteCommand({
              TransactItems: [
                { Put: { TableName, Item: key, ConditionExpression: 'attribute_exists(owner)' } },
              ],
            }),
        ],
      ])('%s is refused', async (_, command) => {
        const failure = await failureOf(documents.send(command() as PutCommand));
        expect(failure.name).toBe('ValidationException');
      });

      test('100 actions are not too many', async () => {
        await transact(puts(100));
      });

      test('an unknown table is named as such', async () => {
        const Item = fresh();
        const failures = await Promise.all([
          failureOf(documents.send(new PutCommand({ TableName: 'nowhere', Item }))),
          failureOf(transact([{ Put: { TableName: 'nowhere', Item } }])),
        ]);
        expect(failures.map(({ name: it }) => it)).toEqual([
          'ResourceNotFoundException',
          'ResourceNotFoundException',
        ]);
      });

      test('a table cannot be made twice', async () => {
        const failure = await failureOf(raw.send(tableCommand(TableName)));
        expect(failure.name).toBe('ResourceInUseException');
      });
    });

    test('time to live can be set and is told', async () => {
      const TimeToLiveSpecification = { AttributeName: 'expiresAtS', Enabled: true };
      await raw.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      const told = await raw.send(new DescribeTimeToLiveCommand({ TableName }));
      expect(told.TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAtS' });
    });
  });
}

const one = { ExpressionAttributeValues: { ':one': 1 } };
const minus = { ExpressionAttributeValues: { ':minus': -1 } };

/** A condition that never holds, which asks for the item; an update without changes is a write too. */
const never = {
  ConditionExpression: '#token = :never',
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: { ':never': 'never' },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

function value(name: string, given: unknown): object {
  return { ExpressionAttributeValues: { [name]: given } };
}

/** A conflict between transactions is an answer; anything else is a failure of the test. */
function conflict(error: unknown): Record<string, never> {
  expect((error as Failure).name).toBe('TransactionCanceledException');
  return {};
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const result = await work.then(
    () => undefined,
    (error: unknown) => error as Failure,
  );
  expect(result, 'the call must fail').toBeDefined();
  return result as Failure;
}
