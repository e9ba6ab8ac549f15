/**
 * Everything that can be thrown away and made again: the webhook, the functions, the schedule and
 * the alarms. It owns no data; deleting it stops Harpoon and loses nothing.
 */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { Alarms } from './alarms.ts';
import type { FunctionName } from './bundle.ts';
import { HarpoonFunction, type HarpoonFunctionProps } from './harpoon-function.ts';
import { MinuteSchedule } from './minute-schedule.ts';
import { mailAddresses, permissionsOf } from './permissions.ts';
import { secretNames } from './secret-names.ts';
import { EXECUTE_TIMEOUT, type StatefulStack } from './stateful-stack.ts';
import { WebhookApi } from './webhook-api.ts';

/** What the stack needs to know. */
export interface StatelessStackProps extends StackProps {
  readonly config: Config;
  readonly stateful: StatefulStack;
  /** Folders made by bundle.ts. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
  /** See `reservedConcurrency`. */
  readonly reserveConcurrency: boolean;
}

/** The functions that put orders into the queue or take them out. */
const USES_QUEUE: ReadonlySet<FunctionName> = new Set([
  ...(['receive-signal', 'execute-order', 'reconcile-orders', 'check-prices'] as const),
]);

/** What cdk-nag calls the one wildcard: the folder of pictures in the bucket. */
const PICTURES_WILDCARD =
  'AwsSolutions-IAM5[Resource::harpoon-stateful:ExportsOutputFnGetAttPicturesArnF585C830/pictures/*]';

/** The replaceable half of Harpoon. */
export class StatelessStack extends Stack {
  readonly #props: StatelessStackProps;

  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { stateful, config } = props;
    const receiveSignal = this.#function('ReceiveSignal', {
      name: 'receive-signal',
      description: 'Authenticates a signal, writes its order rows and queues them',
      // TradingView hangs up after 3 s; an answer after that reaches nobody.
      timeout: Duration.seconds(3),
    });
    const executeOrder = this.#function('ExecuteOrder', {
      name: 'execute-order',
      description: 'Places one order at Kraken, at most once',
      timeout: EXECUTE_TIMEOUT,
    });
    const reconcileOrders = this.#function('ReconcileOrders', {
      name: 'reconcile-orders',
      description: 'Settles orders whose outcome is unknown, every minute',
      // Ends before the next minute's run begins.
      timeout: Duration.seconds(50),
    });
    const checkPrices = this.#function('CheckPrices', {
      name: 'check-prices',
      description: 'Watches the prices that people want to be told of, every minute',
      timeout: Duration.seconds(58),
    });
    const deliverNotifications = this.#function('DeliverNotifications', {
      name: 'deliver-notifications',
      description: 'Tells people by Slack and e-mail what waits in the outbox, every minute',
      // It begins no message after 45 s; see core/notifications/deliver-notifications.ts.
      timeout: Duration.seconds(60),
    });
    Validations.of(deliverNotifications).acknowledge({
      id: PICTURES_WILDCARD,
      reason: 'Pictures have names that nobody can guess, so they are allowed by their folder.',
    });
    this.#takeOrders(executeOrder);
    this.#everyMinute('EveryMinute', reconcileOrders);
    this.#everyMinute('EveryMinuteCheck', checkPrices);
    this.#everyMinute('EveryMinuteDeliver', deliverNotifications);
    const { accessLogs, orders, deadLetters } = stateful;
    const webhook = new WebhookApi(this, 'Webhook', {
      receiveSignal: receiveSignal.lambda,
      accessLogs,
    });
    new Alarms(this, 'Alarms', {
      orders,
      deadLetters,
      webhook,
      accessLogs,
      executeOrder: executeOrder.lambda,
      scheduled: {
        'reconcile-orders': reconcileOrders.lambda,
        'check-prices': checkPrices.lambda,
        'deliver-notifications': deliverNotifications.lambda,
      },
      deliverLogs: stateful.logGroups['deliver-notifications'],
      reconcileLogs: stateful.logGroups['reconcile-orders'],
      emails: emailsOf(config),
    });
  }

  #function(
    id: string,
    own: Pick<HarpoonFunctionProps, 'name' | 'description' | 'timeout'>,
  ): HarpoonFunction {
    const { bundles, config, reserveConcurrency, stateful } = this.#props;
    const { name } = own;
    return new HarpoonFunction(this, id, {
      ...own,
      bundleDirectory: bundles[name],
      environment: {
        HARPOON_TABLE: stateful.table.tableName,
        ...(USES_QUEUE.has(name) ? { HARPOON_QUEUE_URL: stateful.orders.queueUrl } : {}),
        ...(name === 'deliver-notifications'
          ? { HARPOON_PICTURES: stateful.pictures.bucketName }
          : {}),
      },
      permissions: permissionsOf(name, stateful, {
        secrets: secretNames(config),
        mail: mailAddresses(config),
      }),
      logGroup: stateful.logGroups[name],
      ...(reserveConcurrency ? { reservedConcurrency: reservedConcurrency(name, config) } : {}),
    });
  }

  #everyMinute(id: string, target: HarpoonFunction): void {
    // Lambda's own repeats of a scheduled run: the next minute brings a fresh one.
    target.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
    new MinuteSchedule(this, id, target.lambda);
  }

  /**
   * One order an invocation. In a batch, the time-out would have to cover ten orders, and one
   * failure would send back the orders of other accounts behind it. Orders of one key come in
   * order because they share a message group, whatever the batch size.
   */
  #takeOrders(executeOrder: HarpoonFunction): void {
    new EventSourceMapping(executeOrder, 'Orders', {
      target: executeOrder.lambda,
      eventSourceArn: this.#props.stateful.orders.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: executeConcurrency(this.#props.config),
    });
  }
}

/** One order at a time for each account's key; 2 is the least that Lambda allows. */
function executeConcurrency(config: Config): number {
  return Math.max(2, Object.keys(config.accounts).length);
}

/**
 * Concurrency kept for a function, which is its limit too: a flood of webhooks must not starve
 * the function that trades. Off unless asked for (`-c harpoon:reserveConcurrency=true`), because
 * Lambda refuses a reservation that leaves the account less than 100, and a new AWS account has
 * 10 in all. Without it the route's throttle bounds a flood: 20 a second for at most 3 s each,
 * which the usual quota of 1000 does not feel. execute-order gets all that its queue may use, or
 * throttled polls would count as receives and lead orders to the dead letters.
 */
function reservedConcurrency(name: FunctionName, config: Config): number {
  switch (name) {
    case 'receive-signal':
      return 20;
    case 'execute-order':
      return executeConcurrency(config);
    case 'reconcile-orders':
    case 'check-prices':
    case 'deliver-notifications':
      return 1;
  }
}

function emailsOf(config: Config): readonly string[] {
  const emails = Object.values(config.channels).flatMap((channel) =>
    'email' in channel ? [channel.email] : [],
  );
  return [...new Set(emails)].sort();
}
