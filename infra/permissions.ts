/**
 * What each function may do, as IAM statements: exact actions on exact resources, and within the
 * table only the items whose partition key begins with the nouns that the function works on.
 *
 * What IAM cannot hold here: `dynamodb:LeadingKeys` sees partition keys only, and an order's audit
 * entries share the partition of their order row. That nobody overwrites an entry is therefore a
 * condition of the write itself (`attribute_not_exists`), and that nobody removes one is that no
 * function has DeleteItem at all.
 */
import { ArnFormat, Aws, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DUE } from '../functions/adapters/dynamo/keys.ts';
import { DUE_INDEX } from '../functions/adapters/dynamo/table.ts';
import { OUTBOX, RAISED } from '../functions/adapters/dynamo/keys.ts';
import { PICTURE_PREFIX } from '../functions/adapters/notify/picture-link.ts';
import type { Config } from '../functions/core/config.ts';
import type { FunctionName } from './bundle.ts';
import type { SecretNames } from './secret-names.ts';
import type { StatefulStack } from './stateful-stack.ts';
import {
  ORDERS,
  LANES,
  SWITCHES,
  SWITCH_LOG,
  HALTS,
  ASKED,
  PAPER,
  CARRIED_OUT,
  NOTICES,
  MARKET,
  HEARD,
  WATCHES,
  RECONCILED,
  LOOKED_AT,
  ALERTS,
  RAISES,
  RECALLS,
  AMENDS,
  RISK,
  BOOKS,
} from './table-nouns.ts';

/** All that a function's role may do. */
export function permissionsOf(
  name: FunctionName,
  stateful: StatefulStack,
  { secrets, mail }: { readonly secrets: SecretNames; readonly mail: MailAddresses },
): PolicyStatement[] {
  const common = [writesLog(stateful, name), usesTableKey(stateful)];
  switch (name) {
    case 'receive-signal':
      return [
        ...common,
        onItems(stateful, 'ReadItems', ['GetItem'], [ORDERS, SWITCHES, MARKET, HALTS, AMENDS]),
        // A message that halts is put on record: whoever faces the internet turns no switch.
        onItems(
          stateful,
          'PutItems',
          ['PutItem'],
          [ORDERS, NOTICES, HALTS, RECALLS, AMENDS, HEARD],
        ),
        queuesOrders(stateful),
        ...readsSecrets(stateful, secrets.sources),
      ];
    case 'execute-order':
      return [
        ...common,
        onItems(stateful, 'ReadItems', ['GetItem'], CARRIED_OUT),
        // One statement for all writes: PREPARE is one transaction over all these items, and AWS
        // does not say whether LeadingKeys holds the key of one action or of the whole transaction.
        onItems(
          stateful,
          'WriteItems',
          ['PutItem', 'UpdateItem', 'ConditionCheckItem'],
          [ORDERS, LANES, SWITCHES, SWITCH_LOG, RISK, NOTICES, PAPER, BOOKS, ...ASKED],
        ),
        // A halt that cancels looks at what may still arrive.
        findsDue(stateful, [DUE]),
        takesOrders(stateful),
        // An order that must wait (its lane is busy, it may go once more) is queued anew.
        queuesOrders(stateful),
        ...readsSecrets(stateful, secrets.trade),
      ];
    case 'reconcile-orders':
      return [
        ...common,
        // Switches and notices: what the daily summary tells of.
        onItems(stateful, 'ReadItems', ['GetItem'], [...CARRIED_OUT, NOTICES, HEARD, WATCHES]),
        onItems(stateful, 'PutItems', ['PutItem'], RECONCILED),
        onItems(stateful, 'UpdateItems', ['UpdateItem'], [LANES, SWITCHES, RISK, HALTS]),
        // One statement here too: a look at an order and what it does to its book.
        onItems(stateful, 'Looks', ['PutItem', 'UpdateItem'], [ORDERS, NOTICES, BOOKS]),
        findsDue(stateful, [...LOOKED_AT, PAPER]),
        queuesOrders(stateful),
        ...readsSecrets(stateful, secrets.query),
      ];
    case 'check-prices':
      return [
        ...common,
        onItems(stateful, 'ReadItems', ['GetItem', 'Query'], ALERTS),
        // One statement for all writes: a firing is one transaction over these items.
        onItems(stateful, 'WriteItems', ['PutItem', 'UpdateItem'], [...ALERTS, NOTICES, RAISES]),
        // A signal that a rule raised is recorded as receive-signal records one.
        onItems(stateful, 'ReadOrders', ['GetItem'], [RAISES, ORDERS, SWITCHES, MARKET]),
        onItems(stateful, 'PutOrders', ['PutItem'], [ORDERS]),
        queuesOrders(stateful),
        findsDue(stateful, [RAISED]),
        ...readsSecrets(stateful, []),
      ];
    case 'deliver-notifications':
      return [
        ...common,
        onItems(stateful, 'Notices', ['GetItem', 'PutItem', 'UpdateItem'], [NOTICES]),
        findsDue(stateful, [OUTBOX]),
        ...sendsMail(stateful, mail),
        keepsPictures(stateful),
        ...readsSecrets(stateful, secrets.channels),
      ];
  }
}

/** An allowance for items whose partition key matches one of the patterns. */
function onItems(
  { table }: StatefulStack,
  sid: string,
  actions: readonly string[],
  partitions: readonly string[],
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: leadingKeys(partitions),
  });
}

/** The due index is read by partition too: a function needs nothing else from it. */
function findsDue({ table }: StatefulStack, partitions: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'FindDue',
    actions: ['dynamodb:Query'],
    resources: [`${table.tableArn}/index/${DUE_INDEX}`],
    conditions: leadingKeys(partitions),
  });
}

/** ForAllValues alone is true when the request names no key at all; Null closes that. */
function leadingKeys(partitions: readonly string[]): Record<string, Record<string, unknown>> {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}

/**
 * DynamoDB decrypts with the caller's rights. Source: DynamoDB guide, "Encryption at rest", the
 * permissions on a customer managed key; CreateGrant aside, which only the table's creator needs.
 */
function usesTableKey({ key }: StatefulStack): PolicyStatement {
  const actions = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey'];
  return new PolicyStatement({
    sid: 'TableKey',
    actions: [...actions, 'GenerateDataKeyWithoutPlaintext', 'DescribeKey'].map(
      (action) => `kms:${action}`,
    ),
    resources: [key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `dynamodb.${Aws.REGION}.amazonaws.com` },
    },
  });
}

/**
 * May read these secrets, and is refused every other one whatever else is ever allowed: the key
 * decrypts only under the names of these secrets, and the refusal needs no list of Kraken keys
 * that somebody could forget to extend.
 */
function readsSecrets(stateful: StatefulStack, names: readonly string[]): PolicyStatement[] {
  const resources = names.map((name) => secretArn(stateful, name));
  const actions = ['secretsmanager:GetSecretValue'];
  if (resources.length === 0) {
    return [
      new PolicyStatement({
        sid: 'NoSecret',
        effect: Effect.DENY,
        actions,
        resources: [secretArn(stateful, '*')],
      }),
    ];
  }
  return [
    new PolicyStatement({ sid: 'OwnSecrets', actions, resources }),
    new PolicyStatement({
      sid: 'NoOtherSecret',
      effect: Effect.DENY,
      actions,
      notResources: resources,
    }),
    new PolicyStatement({
      sid: 'SecretsKey',
      actions: ['kms:Decrypt'],
      resources: [stateful.key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:SecretARN': resources },
      },
    }),
  ];
}

/**
 * A secret's ARN ends in six characters of AWS's choice, for which IAM has `?`. By name rather
 * than by a CloudFormation export: an export in use cannot be removed, so that removing a source
 * from harpoon.yaml would block the deployment of the stack that owns its secret.
 */
function secretArn(stack: Stack, name: string): string {
  return stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: name === '*' ? name : `${name}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Not AWSLambdaBasicExecutionRole, which may write to every log group of the account. */
function writesLog({ logGroups }: StatefulStack, name: FunctionName): PolicyStatement {
  return new PolicyStatement({
    sid: 'OwnLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroups[name].logGroupArn],
  });
}

function queuesOrders({ orders }: StatefulStack): PolicyStatement {
  return new PolicyStatement({
    sid: 'QueueOrders',
    actions: ['sqs:SendMessage'],
    resources: [orders.queueArn],
  });
}

/** What the event source mapping does in the function's name. Source: Lambda guide, SQS. */
function takesOrders({ orders }: StatefulStack): PolicyStatement {
  return new PolicyStatement({
    sid: 'TakeOrders',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [orders.queueArn],
  });
}

/** Who is written to, and in whose name. */
export interface MailAddresses {
  readonly to: readonly string[];
  readonly from: readonly string[];
}

/** The addresses of the configuration's channels. */
export function mailAddresses({ channels }: Config): MailAddresses {
  const mails = Object.values(channels).flatMap((one) => ('email' in one ? [one] : []));
  const once = (all: readonly string[]) => [...new Set(all)].sort();
  return {
    to: once(mails.map(({ email }) => email)),
    from: once(mails.map(({ email, from }) => from ?? email)),
  };
}

/**
 * May write to these people in these names, and to nobody else. An identity is an address or its
 * domain, whichever was verified; a new account's SES also asks for the recipient's identity.
 * Source: SES guide, "Actions, resources, and condition keys".
 */
function sendsMail(stack: Stack, { to, from }: MailAddresses): PolicyStatement[] {
  if (to.length === 0) return [];
  const identities = new Set([...to, ...from].flatMap((one) => [one, one.split('@')[1] ?? one]));
  return [
    new PolicyStatement({
      sid: 'SendMail',
      actions: ['ses:SendEmail', 'ses:SendRawEmail'],
      resources: [...identities]
        .sort()
        .map((resourceName) =>
          stack.formatArn({ service: 'ses', resource: 'identity', resourceName }),
        ),
      conditions: {
        'ForAllValues:StringEquals': { 'ses:Recipients': [...to] },
        StringEquals: { 'ses:FromAddress': [...from] },
      },
    }),
  ];
}

/** Pictures for Slack: written, and read by the links that the function signs. */
function keepsPictures({ pictures }: StatefulStack): PolicyStatement {
  return new PolicyStatement({
    sid: 'Pictures',
    actions: ['s3:PutObject', 's3:GetObject'],
    resources: [pictures.arnForObjects(`${PICTURE_PREFIX}*`)],
  });
}
