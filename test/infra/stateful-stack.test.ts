/** What must never be lost: retained, protected, and never replaced by an empty one. */
import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { secretLogicalId } from '../../infra/stateful-stack.ts';
import { CONFIG, newApp, ofType, synthesise, type Resource } from './synth.ts';

const { stateful, json } = synthesise();
const resources = Object.entries(json.stateful.Resources);
const POLICIES = new Set(['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy']);
const isPolicy = ([, { Type }]: [string, Resource]): boolean => POLICIES.has(Type);

/**
 * Logical id, type, and the properties whose change makes CloudFormation replace the resource.
 * A change here means that the next deployment makes an EMPTY one beside the old: an order log
 * that has forgotten which signals were traded. Never adapt it to make a test pass.
 */
const PINNED: Record<string, [string, Record<string, unknown>]> = {
  Key: ['AWS::KMS::Key', {}],
  Table: [
    'AWS::DynamoDB::Table',
    {
      TableName: 'harpoon',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  ],
  Orders: ['AWS::SQS::Queue', { QueueName: 'harpoon-orders.fifo', FifoQueue: true }],
  DeadLetters: ['AWS::SQS::Queue', { QueueName: 'harpoon-orders-dlq.fifo', FifoQueue: true }],
  LogsHarpoonReceiveSignal: ['AWS::Logs::LogGroup', { LogGroupName: '/harpoon/receive-signal' }],
  LogsHarpoonExecuteOrder: ['AWS::Logs::LogGroup', { LogGroupName: '/harpoon/execute-order' }],
  LogsHarpoonReconcileOrders: [
    'AWS::Logs::LogGroup',
    { LogGroupName: '/harpoon/reconcile-orders' },
  ],
  LogsAwsVendedlogsHarpoonWebhookAccess: [
    'AWS::Logs::LogGroup',
    { LogGroupName: '/aws/vendedlogs/harpoon/webhook-access' },
  ],
  SecretHarpoonMainTrade6c379620: ['AWS::SecretsManager::Secret', { Name: 'harpoon/main/trade' }],
  SecretHarpoonMainQuery7d8021d3: ['AWS::SecretsManager::Secret', { Name: 'harpoon/main/query' }],
};

describe('the stateful stack', () => {
  it.each(Object.entries(PINNED))('does not replace %s', (id, [type, properties]) => {
    expect(json.stateful.Resources[id]).toMatchObject({ Type: type, Properties: properties });
  });

  it('holds nothing that is not retained, but for policies', () => {
    const lost = resources
      .filter((entry) => !isPolicy(entry))
      .filter(([, { DeletionPolicy, UpdateReplacePolicy }]) => {
        return DeletionPolicy !== 'Retain' || UpdateReplacePolicy !== 'Retain';
      });
    expect(lost.map(([id]) => id)).toEqual([]);
    expect(resources.length).toBeGreaterThan(12);
  });

  it('is protected against being deleted', () => {
    const { stacks } = newApp();
    expect(stacks.stateful.terminationProtection).toBe(true);
  });
});

describe('the table', () => {
  it('is protected, restorable, encrypted by a rotating key, and paid by use', () => {
    stateful.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: {
        KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
        SSEEnabled: true,
        SSEType: 'KMS',
      },
    });
    stateful.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('lets DynamoDB drop only what carries a time of its own to go', () => {
    stateful.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
    });
  });

  it('has one index, of what is due, that holds keys only', () => {
    stateful.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'gsi1pk', KeyType: 'HASH' },
            { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });
});

describe('the queue', () => {
  it('is FIFO, gives five tries, and has a FIFO dead-letter queue that keeps for 14 days', () => {
    stateful.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'harpoon-orders.fifo',
      FifoQueue: true,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
        maxReceiveCount: 5,
      },
    });
    stateful.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'harpoon-orders-dlq.fifo',
      FifoQueue: true,
      MessageRetentionPeriod: 14 * 24 * 3_600,
    });
  });

  it('hides a message for at least six times as long as execute-order may run', () => {
    const visibility = json.stateful.Resources['Orders']?.Properties['VisibilityTimeout'] as number;
    const execute = ofType(json.stateless, 'AWS::Lambda::Function').find(([, { Properties }]) => {
      return Properties['FunctionName'] === 'harpoon-execute-order';
    });
    expect(visibility).toBeGreaterThanOrEqual(6 * Number(execute?.[1].Properties['Timeout']));
  });

  it.each(['Orders', 'DeadLetters'])('%s is encrypted and refuses plain HTTP', (id) => {
    expect(json.stateful.Resources[id]?.Properties['SqsManagedSseEnabled']).toBe(true);
    stateful.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: id }],
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      }),
    });
  });
});

describe('secrets', () => {
  const secrets = ofType(json.stateful, 'AWS::SecretsManager::Secret');

  it('are made empty: no value is in the template or made by CloudFormation', () => {
    for (const [, { Properties }] of secrets) {
      expect(Object.keys(Properties).sort()).toEqual(['Description', 'KmsKeyId', 'Name']);
    }
  });

  it('are those that the configuration names, and no others', () => {
    expect(secrets.map(([, { Properties }]) => Properties['Name']).sort()).toEqual([
      'harpoon/main/query',
      'harpoon/main/trade',
      'harpoon/second/query',
      'harpoon/second/trade',
      'harpoon/slack',
      'harpoon/sources/swing',
      'harpoon/sources/trend',
    ]);
  });

  it('keep their logical ids when others come and go', () => {
    const { main } = CONFIG.accounts;
    const fewer = synthesise({ ...CONFIG, accounts: { main: main! } });
    for (const [id, secret] of ofType(fewer.json.stateful, 'AWS::SecretsManager::Secret')) {
      expect(json.stateful.Resources[id]).toEqual(secret);
    }
  });

  it('have different logical ids when their names differ in punctuation only', () => {
    expect(secretLogicalId('harpoon/a-b/trade')).not.toBe(secretLogicalId('harpoon/a/b/trade'));
  });

  it('can be removed: the other stack imports nothing of them', () => {
    const exported = JSON.stringify(json.stateful.Outputs);
    for (const [id] of secrets) expect(exported).not.toContain(id);
  });
});

describe('logs', () => {
  it('are kept for a time that is set, encrypted by the key', () => {
    const groups = ofType(json.stateful, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(6);
    for (const [, { Properties }] of groups) {
      expect(Properties).toMatchObject({
        RetentionInDays: 90,
        KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
      });
    }
  });

  it('may use the key only for the log groups of Harpoon', () => {
    const policy = json.stateful.Resources['Key']?.Properties['KeyPolicy'] as
      | { Statement: { Sid?: string; Condition?: Record<string, Record<string, unknown[]>> }[] }
      | undefined;
    const logs = policy?.Statement.find(({ Sid }) => Sid === 'LogsOfHarpoon');
    const groups = logs?.Condition?.['ArnEquals']?.['kms:EncryptionContext:aws:logs:arn'] ?? [];
    expect(groups).toHaveLength(6);
    expect(JSON.stringify(groups)).not.toContain('*');
  });
});
