/** What each function's role may do, decided on the synthesised policies as IAM would decide. */
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundle.ts';
import { secretNames } from '../../infra/secret-names.ts';
import { arn, may, secretArn, statementsOf, type IamRequest, type Statement } from './iam.ts';
import { CONFIG, ofType, synthesise } from './synth.ts';

const synthesised = synthesise();
const roles = Object.fromEntries(
  FUNCTION_NAMES.map((name) => [name, statementsOf(synthesised, name)]),
) as Record<FunctionName, Statement[]>;

const TABLE = arn('dynamodb', 'table/harpoon');
const QUEUE = arn('sqs', 'harpoon-orders.fifo');
const KEY = arn('kms', 'key/Key');
const names = secretNames(CONFIG);

/** Who may read which secret; everything that is not listed must be refused. */
const READERS: Record<FunctionName, readonly string[]> = {
  'receive-signal': names.sources,
  'execute-order': names.trade,
  'reconcile-orders': names.query,
  'check-prices': [],
  'deliver-notifications': names.channels,
};

const SECRETS = [...names.trade, ...names.query, ...names.sources, 'harpoon/slack', 'other/app'];

const getSecret = (name: string): IamRequest => ({
  action: 'secretsmanager:GetSecretValue',
  resource: secretArn(name),
});

const onItem = (action: string, ...partitions: string[]): IamRequest => ({
  action: `dynamodb:${action}`,
  resource: TABLE,
  context: { 'dynamodb:LeadingKeys': partitions },
});

describe('secrets', () => {
  it('are two for every account with keys, and one for every source', () => {
    expect(names).toEqual({
      trade: ['harpoon/main/trade', 'harpoon/second/trade'],
      query: ['harpoon/main/query', 'harpoon/second/query'],
      sources: ['harpoon/sources/swing', 'harpoon/sources/trend'],
      channels: ['harpoon/slack'],
    });
  });

  const cases = FUNCTION_NAMES.flatMap((name) =>
    SECRETS.map((secret) => [name, secret, READERS[name].includes(secret)] as const),
  );
  it.each(cases)('%s reads %s: %s', (name, secret, expected) => {
    expect(may(roles[name], getSecret(secret))).toBe(expected);
  });

  it.each(FUNCTION_NAMES)('%s decrypts only the secrets that it may read', (name) => {
    const decrypts = (secret: string, via: string): boolean =>
      may(roles[name], {
        action: 'kms:Decrypt',
        resource: KEY,
        context: {
          'kms:ViaService': [`${via}.eu-west-2.amazonaws.com`],
          'kms:EncryptionContext:SecretARN': [secretArn(secret)],
        },
      });
    expect(SECRETS.filter((secret) => decrypts(secret, 'secretsmanager'))).toEqual(
      SECRETS.filter((secret) => READERS[name].includes(secret)),
    );
    expect(decrypts('harpoon/main/trade', 'sqs')).toBe(false);
  });

  it('of Kraken stay refused to receive-signal even if somebody allows it everything', () => {
    const everything: Statement = {
      effect: 'Allow',
      actions: ['*'],
      resources: ['*'],
      conditions: {},
    };
    const widened = [...roles['receive-signal'], everything];
    for (const kraken of [...names.trade, ...names.query]) {
      expect(may(widened, getSecret(kraken))).toBe(false);
    }
    expect(may(widened, getSecret('harpoon/sources/trend'))).toBe(true);
  });

  it('whose name only begins like a granted one are refused', () => {
    expect(may(roles['receive-signal'], getSecret('harpoon/sources/trend-2'))).toBe(false);
  });

  it('cannot be written or deleted by any function', () => {
    for (const name of FUNCTION_NAMES) {
      for (const action of ['PutSecretValue', 'UpdateSecret', 'DeleteSecret', 'CreateSecret']) {
        for (const secret of SECRETS) {
          const request = { ...getSecret(secret), action: `secretsmanager:${action}` };
          expect(may(roles[name], request)).toBe(false);
        }
      }
    }
  });

  it('are refused altogether to a function that needs none', () => {
    const { trial: paper } = CONFIG.accounts;
    const trial = synthesise({ ...CONFIG, accounts: { trial: paper! } });
    for (const name of ['execute-order', 'reconcile-orders'] as const) {
      const widened = [
        ...statementsOf(trial, name),
        { effect: 'Allow', actions: ['*'], resources: ['*'], conditions: {} } as const,
      ];
      expect(may(widened, getSecret('harpoon/main/trade'))).toBe(false);
    }
  });

  it('are not granted for a paper account that already names one', () => {
    const trial = { ...CONFIG.accounts['trial']!, secret: 'harpoon/later' };
    const named = { ...CONFIG, accounts: { ...CONFIG.accounts, trial } };
    expect(secretNames(named)).toEqual(names);
    for (const name of FUNCTION_NAMES) {
      for (const half of ['trade', 'query']) {
        const granted = statementsOf(synthesise(named), name);
        expect(may(granted, getSecret(`harpoon/later/${half}`))).toBe(false);
      }
    }
  });

  it('of a source may not be the place of a Kraken key', () => {
    const trend = { ...CONFIG.sources['trend']!, secret: 'harpoon/main/trade' };
    expect(() => secretNames({ ...CONFIG, sources: { trend } })).toThrow(
      /harpoon\/main\/trade: named as the secret of a source/,
    );
  });
});

describe('the table', () => {
  const ORDER = 'ORD#main#abc';
  const cases: [FunctionName, string, string[], boolean][] = [
    ['receive-signal', 'GetItem', [ORDER], true],
    ['receive-signal', 'PutItem', [ORDER], true],
    ['receive-signal', 'PutItem', [ORDER, 'OUT#n1'], true],
    ['receive-signal', 'GetItem', ['CTL'], true],
    ['receive-signal', 'GetItem', ['MARKET'], true],
    ['receive-signal', 'GetItem', ['KEY#k1'], false],
    ['receive-signal', 'GetItem', ['RISK#main'], false],
    ['receive-signal', 'PutItem', ['CTL'], false],
    // A halt that came as a message is put on record; no switch is turned from outside.
    ['receive-signal', 'PutItem', ['HALT#trend'], true],
    ['receive-signal', 'GetItem', ['HALT#trend'], true],
    ['receive-signal', 'PutItem', ['CTLLOG'], false],
    ['receive-signal', 'GetItem', ['AMEND#main#abc'], true],
    ['receive-signal', 'PutItem', ['AMEND#main#abc'], true],
    ['receive-signal', 'UpdateItem', ['AMEND#main#abc'], false],
    ['execute-order', 'GetItem', ['AMEND#main#abc'], true],
    ['execute-order', 'UpdateItem', ['AMEND#main#abc'], true],
    ['reconcile-orders', 'GetItem', ['AMEND#main#abc'], true],
    ['reconcile-orders', 'UpdateItem', ['AMEND#main#abc'], false],
    ['check-prices', 'PutItem', ['AMEND#main#abc'], false],
    ['receive-signal', 'PutItem', ['RECALL#main#abc'], true],
    ['receive-signal', 'UpdateItem', ['RECALL#main#abc'], false],
    ['execute-order', 'GetItem', ['RECALL#main#abc'], true],
    ['execute-order', 'UpdateItem', ['RECALL#main#abc'], true],
    ['reconcile-orders', 'GetItem', ['RECALL#main#abc'], true],
    ['reconcile-orders', 'UpdateItem', ['RECALL#main#abc'], false],
    ['reconcile-orders', 'PutItem', ['RECALL#main#abc'], true],
    ['check-prices', 'PutItem', ['RECALL#main#abc'], false],
    // Whoever faces the internet may say that a source was heard, and cannot touch how it is watched.
    ['receive-signal', 'PutItem', ['HEARD#trend'], true],
    ['receive-signal', 'GetItem', ['HEARD#trend'], false],
    ['receive-signal', 'UpdateItem', ['HEARD#trend'], false],
    ['receive-signal', 'PutItem', ['WATCH#trend'], false],
    ['reconcile-orders', 'GetItem', ['HEARD#trend'], true],
    ['reconcile-orders', 'PutItem', ['HEARD#trend'], false],
    ['reconcile-orders', 'GetItem', ['WATCH#trend'], true],
    ['reconcile-orders', 'PutItem', ['WATCH#trend', 'OUT#n1'], true],
    ['check-prices', 'PutItem', ['HEARD#trend'], false],
    ['execute-order', 'PutItem', ['WATCH#trend'], false],
    // What paper accounts have: whoever matches their orders writes it, and nobody else.
    ['execute-order', 'GetItem', ['PAPER#trial'], true],
    ['execute-order', 'PutItem', ['PAPER#trial'], true],
    ['reconcile-orders', 'GetItem', ['PAPER#trial'], true],
    ['reconcile-orders', 'PutItem', ['PAPER#trial'], true],
    ['receive-signal', 'GetItem', ['PAPER#trial'], false],
    ['receive-signal', 'PutItem', ['PAPER#trial'], false],
    ['check-prices', 'PutItem', ['PAPER#trial'], false],
    ['deliver-notifications', 'PutItem', ['PAPER#trial'], false],
    ['receive-signal', 'PutItem', ['CANCEL#main'], false],
    ['execute-order', 'PutItem', ['CTL', 'CTLLOG', 'OUT#n1'], true],
    ['execute-order', 'UpdateItem', ['HALT#trend'], true],
    ['execute-order', 'PutItem', ['CANCEL#main'], true],
    ['reconcile-orders', 'GetItem', ['HALT#trend'], true],
    ['reconcile-orders', 'GetItem', ['CANCEL#main'], true],
    ['reconcile-orders', 'UpdateItem', ['HALT#trend'], true],
    ['reconcile-orders', 'UpdateItem', ['CTL'], true],
    ['reconcile-orders', 'PutItem', ['CTLLOG'], true],
    ['reconcile-orders', 'PutItem', ['HALT#trend'], false],
    ['check-prices', 'PutItem', ['HALT#trend'], false],
    ['receive-signal', 'UpdateItem', ['CTL'], false],
    ['receive-signal', 'UpdateItem', [ORDER], false],
    ['receive-signal', 'PutItem', ['KEY#k1'], false],
    ['receive-signal', 'PutItem', ['MARKET'], false],
    ['execute-order', 'PutItem', [ORDER, 'CTL', 'KEY#k1', 'RISK#main'], true],
    ['execute-order', 'ConditionCheckItem', ['CTL'], true],
    ['execute-order', 'UpdateItem', ['KEY#k1'], true],
    ['execute-order', 'UpdateItem', ['RISK#main'], true],
    ['execute-order', 'PutItem', ['OUT#n1'], true],
    ['execute-order', 'PutItem', ['MARKET'], false],
    ['execute-order', 'GetItem', ['MARKET'], false],
    ['reconcile-orders', 'UpdateItem', [ORDER], true],
    ['reconcile-orders', 'UpdateItem', ['RISK#main'], true],
    ['reconcile-orders', 'PutItem', ['CTL'], false],
    ['reconcile-orders', 'ConditionCheckItem', [ORDER], false],
    ['reconcile-orders', 'PutItem', [ORDER], true],
    ['reconcile-orders', 'UpdateItem', ['KEY#k2'], true],
    ['reconcile-orders', 'PutItem', ['MARKET'], true],
    ['reconcile-orders', 'GetItem', ['OUT#summary:2026-11-23'], true],
    ['reconcile-orders', 'UpdateItem', ['OUT#n1'], true],
    ['reconcile-orders', 'GetItem', ['CTL'], true],
    ['reconcile-orders', 'PutItem', ['SOMETHING#new'], false],
    ['check-prices', 'GetItem', ['ALERT'], true],
    ['check-prices', 'Query', ['ALERT#7'], true],
    ['check-prices', 'PutItem', ['ALERT#7', 'OUT#n1', 'RAISE#r1'], true],
    ['check-prices', 'UpdateItem', ['ALERT'], true],
    ['check-prices', 'PutItem', [ORDER], true],
    ['check-prices', 'UpdateItem', [ORDER], false],
    ['check-prices', 'PutItem', ['CTL'], false],
    ['check-prices', 'GetItem', ['KEY#k1'], false],
    ['check-prices', 'UpdateItem', ['OUT#n1'], true],
    ['deliver-notifications', 'UpdateItem', ['OUT#n1'], true],
    ['deliver-notifications', 'PutItem', ['OUT#n1'], true],
    ['deliver-notifications', 'GetItem', [ORDER], false],
    ['deliver-notifications', 'PutItem', ['ALERT#7'], false],
    ['deliver-notifications', 'GetItem', ['CTL'], false],
  ];
  it.each(cases)('%s %s %j: %s', (name, action, partitions, expected) => {
    expect(may(roles[name], onItem(action, ...partitions))).toBe(expected);
  });

  it.each(FUNCTION_NAMES)('gives %s no way to delete, scan or bypass the keys', (name) => {
    const actions = ['DeleteItem', 'Scan', 'BatchWriteItem', 'PartiQLUpdate', 'DeleteTable'];
    for (const action of [...actions, 'UpdateTable', 'PartiQLSelect', 'BatchGetItem']) {
      expect(may(roles[name], onItem(action, ORDER))).toBe(false);
    }
    // A request that names no key at all matches no allowance.
    for (const action of ['GetItem', 'PutItem', 'UpdateItem', 'Query']) {
      expect(may(roles[name], { action: `dynamodb:${action}`, resource: TABLE })).toBe(false);
    }
  });

  it.each([
    ['DUE', ['execute-order', 'reconcile-orders']],
    ['BOOKS', ['reconcile-orders']],
    ['DONE#2026-11-23', ['reconcile-orders']],
    ['RAISE', ['check-prices']],
    // reconcile-orders writes the daily summary, which counts what was told.
    ['OUT', ['reconcile-orders', 'deliver-notifications']],
    ['OUTDONE', ['reconcile-orders']],
    ['PAPER#RESTS', ['reconcile-orders']],
  ])('shows %s of its due index to %j alone', (partition, readers) => {
    const query: IamRequest = {
      action: 'dynamodb:Query',
      resource: `${TABLE}/index/due`,
      context: { 'dynamodb:LeadingKeys': [partition] },
    };
    expect(FUNCTION_NAMES.filter((name) => may(roles[name], query))).toEqual(readers);
  });
});

describe('the queue', () => {
  it('is written by those that queue orders, and consumed by execute-order alone', () => {
    const who = (action: string): FunctionName[] =>
      FUNCTION_NAMES.filter((name) => may(roles[name], { action, resource: QUEUE }));
    expect(who('sqs:SendMessage')).toEqual([
      ...['receive-signal', 'execute-order', 'reconcile-orders', 'check-prices'],
    ]);
    expect(who('sqs:ReceiveMessage')).toEqual(['execute-order']);
    expect(who('sqs:DeleteMessage')).toEqual(['execute-order']);
    expect(who('sqs:PurgeQueue')).toEqual([]);
  });
});

describe('logs', () => {
  it.each(FUNCTION_NAMES)('of %s are written by it alone', (name) => {
    const resource = arn('logs', `log-group:/harpoon/${name}:log-stream:2026/11/22/[1]abc`);
    const writers = FUNCTION_NAMES.filter((writer) =>
      may(roles[writer], { action: 'logs:PutLogEvents', resource }),
    );
    expect(writers).toEqual([name]);
  });
});

describe('every policy', () => {
  const all = FUNCTION_NAMES.flatMap((name) => roles[name]);

  it('of a function names exact actions and exact resources', () => {
    for (const { effect, actions, resources, notResources } of all) {
      for (const action of actions) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
      // What is refused may be as wide as it likes.
      if (effect === 'Deny') continue;
      for (const resource of [...(resources ?? []), ...(notResources ?? [])]) {
        // `:*` ends the ARN of a log group, as CloudFormation gives it: its streams.
        const exact = resource.replace(/^(arn:aws:logs:.*:log-group:\/harpoon\/[a-z-]+):\*$/, '$1');
        // Pictures have names that nobody knows beforehand; nothing else lies in their folder.
        expect(exact.replace(/\/pictures\/\*$/, '')).not.toContain('*');
      }
    }
  });

  it('with `*` as resource is a policy of the encryption key, where it means that key', () => {
    const found: string[] = [];
    for (const template of Object.values(synthesised.json)) {
      for (const [id, resource] of Object.entries(template.Resources)) {
        if (/"(Not)?Resource":("\*"|\[[^\]]*"\*")/.test(JSON.stringify(resource))) found.push(id);
      }
    }
    expect(found).toEqual(['Key']);
  });

  it('is written out: no managed policy is attached to any role', () => {
    for (const [, role] of ofType(synthesised.json.stateless, 'AWS::IAM::Role')) {
      expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('that lets the schedule act names its function and this account', () => {
    const scheduler = ofType(synthesised.json.stateless, 'AWS::IAM::Role').filter(([, role]) =>
      JSON.stringify(role).includes('scheduler.amazonaws.com'),
    );
    expect(scheduler).toHaveLength(3);
    for (const role of scheduler) {
      const text = JSON.stringify(role);
      expect(text).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
      expect(text).toContain('"Action":"lambda:InvokeFunction"');
      expect(text).not.toContain(':*"');
    }
  });
});
