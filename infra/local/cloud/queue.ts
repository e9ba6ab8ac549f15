/**
 * The part of SQS that Harpoon uses, for FIFO queues, over AWS's JSON protocol. Messages live in
 * memory: a restart loses them, and the orders that they named are queued again by reconcile-orders,
 * because the order row and not the message is the record.
 */
import { createHash } from 'node:crypto';
import { AwsError, serveAwsJson, type Call, type Input, type Running } from './aws-json-server.ts';
import { FifoQueue, type Received } from './fifo-queue.ts';
import { ACCOUNT_ID, localArn } from './local-account.ts';
import { SYSTEM_TIME, type QueueTime } from './queue-time.ts';
import { number, text, texts } from './sqs-input.ts';

/** SQS's own default settings, in seconds. */
const DEFAULTS = { VisibilityTimeout: '30', MessageRetentionPeriod: '345600' };

interface Queue {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly queue: FifoQueue;
}

/** Every queue by name. */
class Queues extends Map<string, Queue> {
  readonly time: QueueTime;

  constructor(time: QueueTime) {
    super();
    this.time = time;
  }
}

type Operation = (queues: Queues, input: Input, call: Call) => object | Promise<object>;

/** Starts the queue service with no queue in it. */
export function startQueue(
  options: { readonly port?: number; readonly time?: QueueTime } = {},
): Promise<Running> {
  const queues = new Queues(options.time ?? SYSTEM_TIME);
  return serveAwsJson(
    {
      name: 'SQS',
      target: 'AmazonSQS',
      contentType: 'application/x-amz-json-1.0',
      async handle(operation, input, call) {
        const known = OPERATIONS.get(operation);
        if (known === undefined) throw new AwsError('UnknownOperationException', operation);
        return known(queues, input, call);
      },
    },
    options.port,
  );
}

const OPERATIONS = new Map<string, Operation>([
  ['CreateQueue', createQueue],
  ['GetQueueUrl', (queues, input, call) => ({ QueueUrl: urlOf(named(queues, input), call) })],
  [
    'ListQueues',
    (queues, _input, call) => ({ QueueUrls: [...queues.values()].map((it) => urlOf(it, call)) }),
  ],
  ['GetQueueAttributes', getQueueAttributes],
  ['PurgeQueue', (queues, input) => (addressed(queues, input).queue.purge(), {})],
  ['SendMessage', sendMessage],
  ['ReceiveMessage', receiveMessage],
  ['DeleteMessage', deleteMessage],
  ['DeleteMessageBatch', deleteMessageBatch],
  ['ChangeMessageVisibility', changeMessageVisibility],
]);

function createQueue(queues: Queues, input: Input, call: Call): object {
  const name = text(input, 'QueueName');
  if (!/^[A-Za-z0-9_-]{1,75}\.fifo$/.test(name)) {
    throw new AwsError('InvalidParameterValue', 'only queues named NAME.fifo are emulated here');
  }
  const attributes = { ...DEFAULTS, ...texts(input['Attributes'] ?? {}), FifoQueue: 'true' };
  const existing = queues.get(name);
  if (existing !== undefined) {
    if (JSON.stringify(existing.attributes) !== JSON.stringify(attributes)) {
      throw new AwsError('com.amazonaws.sqs#QueueNameExists', `${name} has other attributes`, {
        queryCode: 'QueueAlreadyExists',
      });
    }
    return { QueueUrl: urlOf(existing, call) };
  }
  const policy = (attributes as Record<string, string>)['RedrivePolicy'];
  const redrive = policy === undefined ? {} : { redrive: redriveOf(queues, policy) };
  const settings = {
    visibilityTimeoutMs: Number(attributes.VisibilityTimeout) * 1_000,
    retentionMs: Number(attributes.MessageRetentionPeriod) * 1_000,
    ...redrive,
  };
  const created = { name, attributes, queue: new FifoQueue(settings, () => queues.time.nowMs()) };
  queues.set(name, created);
  return { QueueUrl: urlOf(created, call) };
}

function redriveOf(queues: Queues, policy: string): { to: FifoQueue; maxReceiveCount: number } {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as Record<string, unknown>;
  const to = queues.get(String(deadLetterTargetArn).split(':').at(-1) ?? '');
  const count = Number(maxReceiveCount);
  if (to === undefined || !Number.isInteger(count) || count < 1) {
    throw new AwsError('InvalidParameterValue', 'RedrivePolicy must name a queue and a count');
  }
  return { to: to.queue, maxReceiveCount: count };
}

function getQueueAttributes(queues: Queues, input: Input): object {
  const { name, attributes, queue } = addressed(queues, input);
  const { waiting, inFlight } = queue.counts();
  const all: Record<string, string> = {
    ...attributes,
    QueueArn: localArn('sqs', name),
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
  };
  const wanted = Array.isArray(input['AttributeNames']) ? input['AttributeNames'] : [];
  const chosen = Object.entries(all).filter(
    ([key]) => wanted.includes('All') || wanted.includes(key),
  );
  return { Attributes: Object.fromEntries(chosen) };
}

function sendMessage(queues: Queues, input: Input): object {
  const { queue } = addressed(queues, input);
  const body = text(input, 'MessageBody');
  if (Object.keys(input['MessageAttributes'] ?? {}).length > 0) {
    throw new AwsError('InvalidParameterValue', 'message attributes are not emulated here');
  }
  if (Buffer.byteLength(body) > 256 * 1024) {
    throw new AwsError('InvalidParameterValue', 'Message must be shorter than 262144 bytes.');
  }
  const group = text(input, 'MessageGroupId');
  const message = queue.send(body, group, text(input, 'MessageDeduplicationId'));
  return { MessageId: message.id, MD5OfMessageBody: md5(body), SequenceNumber: message.sequence };
}

async function receiveMessage(queues: Queues, input: Input, { gone }: Call): Promise<object> {
  const { queue } = addressed(queues, input);
  const { time } = queues;
  const max = number(input, 'MaxNumberOfMessages', { from: 1, to: 10 }) ?? 1;
  const waitS = number(input, 'WaitTimeSeconds', { from: 0, to: 20 }) ?? 0;
  const visibilityS = number(input, 'VisibilityTimeout', { from: 0, to: 43_200 });
  const untilMs = time.nowMs() + waitS * 1_000;
  while (!gone.aborted) {
    const received = queue.receive(
      max,
      visibilityS === undefined ? undefined : visibilityS * 1_000,
    );
    if (received.length > 0) return { Messages: received.map(messageOf) };
    const nowMs = time.nowMs();
    if (untilMs <= nowMs) break;
    const leftMs = Math.min(untilMs, queue.nextReturnMs() ?? untilMs) - nowMs;
    await changeOrTime(queue, (act) => time.after(Math.max(leftMs, 1), act), gone);
  }
  return {};
}

/** Resolves when the queue changed, the time is over or the caller is gone. */
function changeOrTime(
  queue: FifoQueue,
  later: (act: () => void) => () => void,
  gone: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      callOff();
      forget();
      gone.removeEventListener('abort', done);
      resolve();
    };
    const callOff = later(done);
    const forget = queue.onChange(done);
    gone.addEventListener('abort', done);
  });
}

function messageOf({ handle, message }: Received): object {
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: {
      SenderId: ACCOUNT_ID,
      SentTimestamp: String(message.sentAtMs),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
      SequenceNumber: message.sequence,
      MessageDeduplicationId: message.deduplicationId,
      MessageGroupId: message.group,
    },
  };
}

function deleteMessage(queues: Queues, input: Input): object {
  addressed(queues, input).queue.delete(text(input, 'ReceiptHandle'));
  return {};
}

function deleteMessageBatch(queues: Queues, input: Input): object {
  const { queue } = addressed(queues, input);
  const entries = Array.isArray(input['Entries']) ? (input['Entries'] as Input[]) : [];
  for (const entry of entries) queue.delete(text(entry, 'ReceiptHandle'));
  return { Successful: entries.map((entry) => ({ Id: text(entry, 'Id') })), Failed: [] };
}

function changeMessageVisibility(queues: Queues, input: Input): object {
  const { queue } = addressed(queues, input);
  const seconds = number(input, 'VisibilityTimeout', { from: 0, to: 43_200 }) ?? 0;
  if (!queue.changeVisibility(text(input, 'ReceiptHandle'), seconds * 1_000)) {
    throw new AwsError('com.amazonaws.sqs#MessageNotInflight', 'The message is not in flight', {
      queryCode: 'AWS.SimpleQueueService.MessageNotInflight',
    });
  }
  return {};
}

/** The queue of a QueueUrl, whatever name of this machine stands in it. */
function addressed(queues: Queues, input: Input): Queue {
  return named(queues, { QueueName: text(input, 'QueueUrl').split('/').at(-1) });
}

function named(queues: Queues, input: Input): Queue {
  const queue = queues.get(text(input, 'QueueName'));
  if (queue !== undefined) return queue;
  const message = 'The specified queue does not exist.';
  throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', message, {
    queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
  });
}

function urlOf({ name }: Queue, { origin }: Call): string {
  return `${origin}/${ACCOUNT_ID}/${name}`;
}

/** The SDK checks this digest of what it sent and received. */
function md5(body: string): string {
  return createHash('md5').update(body).digest('hex');
}
