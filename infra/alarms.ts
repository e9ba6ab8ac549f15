/**
 * The alarms that call a person, as few as keep every promise watched; each costs $0.10 a month.
 * They reach e-mail through SNS, a way that shares nothing with Harpoon's own notifications, so
 * that a Harpoon that cannot speak is still heard of.
 */
import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { WebhookApi } from './webhook-api.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

/** What it means when a function that runs every minute does not. */
const MISSING = {
  'reconcile-orders': 'unknown orders are not being settled',
  'check-prices': 'prices are not being watched, and no alert can fire',
  'deliver-notifications': 'nobody is told of anything',
} as const;

/** What is watched, and who hears of it. */
export interface AlarmsProps {
  readonly orders: IQueue;
  readonly deadLetters: IQueue;
  readonly webhook: WebhookApi;
  readonly accessLogs: ILogGroup;
  readonly executeOrder: IFunction;
  /** Functions that run every minute, by name. */
  readonly scheduled: Readonly<Record<keyof typeof MISSING, IFunction>>;
  readonly deliverLogs: ILogGroup;
  readonly reconcileLogs: ILogGroup;
  /** E-mail addresses; none: the alarms are there, and only the console shows them. */
  readonly emails: readonly string[];
}

interface Watch {
  readonly name: string;
  readonly meaning: string;
  readonly metric: IMetric;
  /** The alarm rings at this value; with `below`, under it. */
  readonly threshold: number;
  readonly below?: boolean;
  /** Default: no data is no news. */
  readonly missingData?: TreatMissingData;
}

/** All alarms. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const topic = props.emails.length === 0 ? undefined : this.#topic(props.emails);
    for (const watch of this.#watches(props)) {
      const alarm = new Alarm(this, watch.name, {
        alarmName: `harpoon-${watch.name}`,
        alarmDescription: watch.meaning,
        metric: watch.metric,
        threshold: watch.threshold,
        evaluationPeriods: 1,
        comparisonOperator: watch.below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: watch.missingData ?? TreatMissingData.NOT_BREACHING,
      });
      if (topic !== undefined) {
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
      }
    }
  }

  #watches(props: AlarmsProps): Watch[] {
    const { orders, deadLetters, webhook, executeOrder } = props;
    return [
      {
        name: 'dead-letters',
        meaning: 'An order could not be worked on five times; it waits in the dead letters.',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({
          period: MINUTE,
          statistic: 'max',
        }),
        threshold: 1,
      },
      {
        name: 'orders-waiting',
        meaning: 'An order has been queued for over a minute: execute-order is stuck or stopped.',
        metric: orders.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'max' }),
        threshold: 60,
      },
      {
        // Covers receive-signal's errors, time-outs and throttles and its own 503.
        name: 'webhook-failing',
        meaning:
          'A signal was answered 5xx. TradingView sends it again for 15 s; other senders may not.',
        metric: webhook.stage.metricServerError({ period: MINUTE, statistic: 'sum' }),
        threshold: 1,
      },
      {
        name: 'webhook-throttled',
        meaning: 'A request was answered 429. A signal answered so is lost: nobody resends it.',
        metric: this.#counted('WebhookThrottled', props.accessLogs, ['$.status', '429']),
        threshold: 1,
      },
      {
        name: 'execute-order-failing',
        meaning: 'execute-order ended by an error or its time-out.',
        metric: executeOrder.metricErrors({ period: MINUTE, statistic: 'sum' }),
        threshold: 1,
      },
      {
        name: 'notices-dead',
        meaning: 'A notice reached nobody on any channel; the log of deliver-notifications has it.',
        metric: this.#counted('NoticesDead', props.deliverLogs, ['$.event', 'notice-dead']),
        threshold: 1,
      },
      {
        // Loud while it is on: the line comes every minute, give or take, and the alarm ends with it.
        name: 'switch-blocks',
        meaning: 'A kill switch blocks orders; the log of reconcile-orders says which and why.',
        metric: this.#counted(
          'SwitchBlocks',
          props.reconcileLogs,
          ['$.event', 'switch-blocks'],
          FIVE_MINUTES,
        ),
        threshold: 1,
      },
      ...this.#missing(props.scheduled),
    ];
  }

  /** The dead man's switches: no run at all counts like failed runs. */
  #missing(scheduled: AlarmsProps['scheduled']): Watch[] {
    return Object.entries(MISSING).map(([name, consequence]) => {
      const target = scheduled[name as keyof typeof MISSING];
      return {
        name: `${name}-missing`,
        meaning: `No successful run for five minutes: ${consequence}.`,
        metric: new MathExpression({
          expression: 'runs - errors',
          usingMetrics: {
            runs: target.metricInvocations({ period: FIVE_MINUTES, statistic: 'sum' }),
            errors: target.metricErrors({ period: FIVE_MINUTES, statistic: 'sum' }),
          },
          label: 'successful runs',
          period: FIVE_MINUTES,
        }),
        threshold: 1,
        below: true,
        missingData: TreatMissingData.BREACHING,
      };
    });
  }

  /**
   * Log lines in which a field has a value. API Gateway counts 429 among all 4xx, which any scanner
   * raises; its log tells them apart. The metric exists, and costs, only in hours with such a line.
   */
  #counted(
    metricName: string,
    logGroup: ILogGroup,
    [field, value]: [string, string],
    period = MINUTE,
  ): IMetric {
    const name = { metricNamespace: 'Harpoon', metricName };
    new MetricFilter(this, `${metricName}Filter`, {
      logGroup,
      filterPattern: FilterPattern.stringValue(field, '=', value),
      metricValue: '1',
      ...name,
    });
    return new Metric({
      namespace: name.metricNamespace,
      metricName,
      period,
      statistic: 'sum',
    });
  }

  #topic(emails: readonly string[]): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Harpoon alarms', enforceSSL: true });
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    // A topic with a policy of its own loses SNS's default one, by which alarms could publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfHarpoon',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm:harpoon-*',
            }),
          },
        },
      }),
    );
    return topic;
  }
}
