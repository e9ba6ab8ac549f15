/**
 * Everything that must outlive a deployment, a mistake and the product: the table, the queue with
 * its dead letters, the secrets, the key that encrypts them, the logs; and the pictures' bucket. Nothing here is deleted
 * with the stack. Names and logical ids are fixed, so that CloudFormation can never decide to
 * replace an order log by an empty one; test/infra holds them.
 */
import { createHash } from 'node:crypto';
import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { CfnResource, StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { Table, TableEncryption, type Attribute } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import {
  DUE_INDEX,
  DUE_PARTITION_KEY,
  DUE_SORT_KEY,
  EXPIRES_AT,
  PARTITION_KEY,
  SORT_KEY,
  TABLE_NAME,
} from '../functions/adapters/dynamo/table.ts';
import { FUNCTION_NAMES, type FunctionName } from './bundle.ts';
import { secretNames } from './secret-names.ts';

/** One installation per AWS account and region: names are fixed, see the top of this file. */
export const QUEUE_NAME = 'harpoon-orders.fifo';
export const DEAD_LETTER_QUEUE_NAME = 'harpoon-orders-dlq.fifo';

/** Log group of a function. */
export function logGroupName(name: FunctionName): string {
  return `/harpoon/${name}`;
}

/** AWS suggests this prefix for logs that its services write (they share one size-limited policy). */
export const ACCESS_LOG_GROUP_NAME = '/aws/vendedlogs/harpoon/webhook-access';

/** Time-out of execute-order; the queue's visibility leans on it. */
export const EXECUTE_TIMEOUT = Duration.seconds(15);

/** AWS asks for six times the function's time-out (Lambda guide, "Using Lambda with Amazon SQS"). */
const VISIBILITY = Duration.seconds(6 * EXECUTE_TIMEOUT.toSeconds());

/** A presigned link holds for seven days at most. */
const PICTURES_KEPT = Duration.days(8);

/** AWS's least advice, so that throttling alone never sends an order to the dead letters. */
const RECEIVES_MAX = 5;

/** What the stack needs to know. */
export interface StatefulStackProps extends StackProps {
  readonly config: Config;
}

/** The retained half of Harpoon. */
export class StatefulStack extends Stack {
  readonly key: Key;
  readonly table: Table;
  readonly orders: Queue;
  readonly deadLetters: Queue;
  readonly logGroups: Readonly<Record<FunctionName, LogGroup>>;
  readonly accessLogs: LogGroup;
  readonly pictures: Bucket;

  constructor(scope: Construct, id: string, props: StatefulStackProps) {
    // Deleting the stack asks for a deliberate step first.
    super(scope, id, { ...props, terminationProtection: true });
    this.key = this.#encryptionKey();
    this.table = this.#orderTable();
    this.deadLetters = this.#deadLetterQueue();
    this.orders = this.#orderQueue();
    for (const [name, purpose] of describedSecrets(props.config)) this.#secret(name, purpose);
    const groups = FUNCTION_NAMES.map((name) => [name, this.#logGroup(logGroupName(name))]);
    this.logGroups = Object.fromEntries(groups) as Record<FunctionName, LogGroup>;
    this.accessLogs = this.#logGroup(ACCESS_LOG_GROUP_NAME);
    this.pictures = this.#pictureBucket();
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'OrdersQueueUrl', { value: this.orders.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.deadLetters.queueUrl });
  }

  /** One key for table, secrets and logs: who may use it for what is said by its users' roles. */
  #encryptionKey(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts the table, the secrets and the logs of Harpoon',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const groups = [ACCESS_LOG_GROUP_NAME, ...FUNCTION_NAMES.map(logGroupName)];
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsOfHarpoon',
        principals: [new ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
        // The actions that CloudWatch Logs documents; `*` means this key, as in every key policy.
        actions: ['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'Describe*'].map(
          (action) => `kms:${action}`,
        ),
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': groups.map((name) =>
              this.formatArn({ service: 'logs', resource: `log-group:${name}` }),
            ),
          },
        },
      }),
    );
    fixLogicalId(key, 'Key');
    return key;
  }

  /**
   * The order log and everything beside it. Only delivered notices carry the TTL attribute: an
   * order row is what makes a replay of any age a duplicate, and it stays for ever.
   */
  #orderTable(): Table {
    const table = new Table(this, 'Table', {
      tableName: TABLE_NAME,
      partitionKey: text(PARTITION_KEY),
      sortKey: text(SORT_KEY),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      timeToLiveAttribute: EXPIRES_AT,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: text(DUE_PARTITION_KEY),
      sortKey: text(DUE_SORT_KEY),
      // The index says which rows to look at; what they hold is read from the row itself.
      projectionType: ProjectionType.KEYS_ONLY,
    });
    fixLogicalId(table, 'Table');
    return table;
  }

  #deadLetterQueue(): Queue {
    const queue = new Queue(this, 'DeadLetters', {
      queueName: DEAD_LETTER_QUEUE_NAME,
      fifo: true,
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    fixLogicalId(queue, 'DeadLetters');
    return queue;
  }

  /** Messages carry an order's name only, so SQS's own encryption (no KMS call) is enough. */
  #orderQueue(): Queue {
    const queue = new Queue(this, 'Orders', {
      queueName: QUEUE_NAME,
      fifo: true,
      visibilityTimeout: VISIBILITY,
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_MAX },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    fixLogicalId(queue, 'Orders');
    return queue;
  }

  /**
   * An empty secret: neither SecretString nor GenerateSecretString is set. A value made here would
   * be in the template or be made anew whenever its description changed, over the value that the
   * user had put. Without a value every read fails, so an unfilled secret trades nothing.
   */
  #secret(name: string, description: string): void {
    const secret = new CfnSecret(this, secretLogicalId(name), {
      name,
      description,
      kmsKeyId: this.key.keyArn,
    });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    secret.overrideLogicalId(secretLogicalId(name));
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "Kraken keys are made by hand at Kraken and senders' secrets are typed into the sender; " +
        'no function can rotate either. The runbook describes the rotation.',
    });
  }

  /**
   * Charts that Slack fetches by a short-lived link. Nothing in it is needed twice: it empties
   * itself, and stays with the stack only because deleting a bucket that is not empty fails.
   */
  #pictureBucket(): Bucket {
    const bucket = new Bucket(this, 'Pictures', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: PICTURES_KEPT }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    fixLogicalId(bucket, 'Pictures');
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'It holds charts of public prices for some days; a log of who fetched them would need a ' +
        'second bucket that lives longer than what it tells about.',
    });
    return bucket;
  }

  #logGroup(name: string): LogGroup {
    const id = `Logs${camelCase(name)}`;
    const group = new LogGroup(this, id, {
      logGroupName: name,
      // Longer than the 35 days of the table's point-in-time recovery.
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    fixLogicalId(group, id);
    return group;
  }
}

/** Logical id of a secret: readable, and different for names that differ in punctuation only. */
export function secretLogicalId(name: string): string {
  return `Secret${camelCase(name)}${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

function describedSecrets(config: Config): readonly (readonly [string, string])[] {
  const { trade, query, sources, channels } = secretNames(config);
  return [
    ...trade.map((name) => [name, 'Kraken API key that creates orders'] as const),
    ...query.map((name) => [name, 'Kraken API key that only queries'] as const),
    ...sources.map((name) => [name, 'Token and secrets of a signal source'] as const),
    ...channels.map((name) => [name, 'Address of a Slack webhook'] as const),
  ];
}

/** Moving or renaming a construct in the code must not replace the resource that it stands for. */
function fixLogicalId(construct: Construct, logicalId: string): void {
  (construct.node.defaultChild as CfnResource).overrideLogicalId(logicalId);
}

function text(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}

function camelCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
