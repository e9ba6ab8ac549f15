/**
 * Stands between a function and the embedded AWS services and applies the role that the function
 * has in the synthesised template: what the role does not allow is answered AccessDenied, as on
 * AWS. So the permissions are tested against what the functions really call.
 */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { listen } from '../../infra/local/listen.ts';
import { arn, may, secretArn, type IamRequest, type Statement } from './iam.ts';

/** A running proxy. */
export interface IamProxy {
  /** Environment that sends the function's AWS calls through the proxy. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls that were let through, `dynamodb:PutItem ORD#`, each once. */
  readonly allowed: ReadonlySet<string>;
  /** Calls that the role refused. */
  readonly denied: ReadonlySet<string>;
  close(): Promise<void>;
}

const SERVICES = ['DYNAMODB', 'SQS', 'SECRETS_MANAGER'] as const;

/** Starts a proxy for a role in front of the services that `environment` names. */
export async function startIamProxy(
  statements: readonly Statement[],
  environment: Readonly<Record<string, string>>,
): Promise<IamProxy> {
  const allowed = new Set<string>();
  const denied = new Set<string>();
  const open = SERVICES.map(async (service) => {
    const name = `AWS_ENDPOINT_URL_${service}`;
    const target = new URL(environment[name] ?? '');
    const server = createServer((incoming, outgoing) => {
      void bodyOf(incoming).then((body) => {
        const requests = iamRequests(String(incoming.headers['x-amz-target']), body);
        const refused = requests.filter((request) => !may(statements, request));
        for (const request of requests)
          (refused.includes(request) ? denied : allowed).add(say(request));
        if (refused.length > 0) {
          outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
          outgoing.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'refused' }));
          return;
        }
        const { method, url: path, headers } = incoming;
        const { hostname, port } = target;
        const onward = httpRequest({ hostname, port, method, path, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on('error', () => outgoing.destroy());
        onward.end(body);
      });
    });
    const url = `http://127.0.0.1:${await listen(server, 0)}`;
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { name, url, close };
  });
  const opened = await Promise.all(open);
  return {
    environment: Object.fromEntries(opened.map(({ name, url }) => [name, url])),
    allowed,
    denied,
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Item {
  readonly pk?: { readonly S: string };
}

interface Call {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
  readonly TransactItems?: readonly Readonly<Record<string, Call>>[];
  readonly QueueUrl?: string;
  readonly SecretId?: string;
}

/** What IAM would be asked about a call of the AWS API. */
function iamRequests(target: string, body: Buffer): IamRequest[] {
  const [service = '', operation = ''] = target.split('.');
  const call = JSON.parse(body.toString('utf8')) as Call;
  if (service.startsWith('DynamoDB')) return onTable(operation, call);
  if (service === 'AmazonSQS') {
    const resource = arn('sqs', call.QueueUrl?.split('/').at(-1) ?? '');
    return [{ action: `sqs:${operation}`, resource }];
  }
  return [{ action: `secretsmanager:${operation}`, resource: secretArn(call.SecretId ?? '') }];
}

function onTable(operation: string, call: Call): IamRequest[] {
  if (operation === 'TransactWriteItems') {
    const actions = (call.TransactItems ?? []).flatMap((action) => Object.entries(action));
    const all = actions.map(([, inner]) => partitionOf(inner));
    // Asked twice: with the key of the one action, and with all keys of the transaction, because
    // AWS does not say which of the two IAM sees.
    return actions.flatMap(([kind, inner]) => {
      const name = kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`;
      return [[partitionOf(inner)], all].map((keys) => tableRequest(name, inner, keys));
    });
  }
  if (operation === 'DescribeTable') {
    return [
      { action: 'dynamodb:DescribeTable', resource: arn('dynamodb', `table/${call.TableName}`) },
    ];
  }
  return [tableRequest(operation, call, [partitionOf(call)])];
}

function tableRequest(operation: string, call: Call, partitions: readonly string[]): IamRequest {
  const index = call.IndexName === undefined ? '' : `/index/${call.IndexName}`;
  return {
    action: `dynamodb:${operation}`,
    resource: arn('dynamodb', `table/${call.TableName}${index}`),
    context: { 'dynamodb:LeadingKeys': partitions },
  };
}

function partitionOf({
  Key,
  Item,
  KeyConditionExpression,
  ExpressionAttributeValues,
}: Call): string {
  const name = /(?:gsi1)?pk = (:\w+)/.exec(KeyConditionExpression ?? '')?.[1] ?? '';
  const value = Key?.pk?.S ?? Item?.pk?.S ?? ExpressionAttributeValues?.[name]?.S;
  if (value === undefined) throw new Error('a call names no partition key');
  return value;
}

/** A call in short: its action, and the noun of its first key or the end of its resource. */
function say({ action, resource, context }: IamRequest): string {
  const [first] = context?.['dynamodb:LeadingKeys'] ?? [];
  return `${action} ${first?.replace(/#.*/, '#') ?? resource.split(':').slice(5).join(':')}`;
}
