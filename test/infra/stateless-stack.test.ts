/** The webhook, the functions, the schedule and the alarms, as they are deployed. */
import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { RESERVE_CONCURRENCY } from '../../infra/stacks.ts';
import { CONFIG, ofType, synthesise } from './synth.ts';

const { stateless, json } = synthesise();
const functions = ofType(json.stateless, 'AWS::Lambda::Function').map(([, { Properties }]) => ({
  name: String(Properties['FunctionName']).replace('harpoon-', ''),
  properties: Properties,
}));

describe('the functions', () => {
  it('are five, on arm64 and the newest Node.js runtime, with short time-outs', () => {
    const summary = functions.map(({ name, properties }) => [
      name,
      properties['Runtime'],
      properties['Architectures'],
      properties['Timeout'],
      properties['Handler'],
    ]);
    expect(summary).toEqual([
      ['receive-signal', 'nodejs24.x', ['arm64'], 3, 'index.handler'],
      ['execute-order', 'nodejs24.x', ['arm64'], 15, 'index.handler'],
      ['reconcile-orders', 'nodejs24.x', ['arm64'], 50, 'index.handler'],
      ['check-prices', 'nodejs24.x', ['arm64'], 58, 'index.handler'],
      ['deliver-notifications', 'nodejs24.x', ['arm64'], 60, 'index.handler'],
    ]);
  });

  it('have environment variables that are names: none holds a secret', () => {
    const own: Readonly<Record<string, readonly string[]>> = {
      'deliver-notifications': ['HARPOON_PICTURES'],
    };
    for (const { name, properties } of functions) {
      const { Variables } = properties['Environment'] as { Variables: Record<string, unknown> };
      const names = [...(own[name] ?? ['HARPOON_QUEUE_URL']), 'HARPOON_TABLE'];
      expect(Object.keys(Variables).sort()).toEqual(names);
      expect(JSON.stringify(Variables)).not.toMatch(/resolve:secretsmanager|secret/i);
    }
  });

  it('write to log groups that are kept, each to its own', () => {
    for (const { name, properties } of functions) {
      const id = name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());
      expect(JSON.stringify(properties['LoggingConfig'])).toContain(`RefLogsHarpoon${id}`);
    }
  });

  it('reserve no concurrency unless asked: a new AWS account has none to reserve', () => {
    for (const { properties } of functions) {
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('reserve it when asked, all that the queue may use for execute-order', () => {
    const asked = synthesise(CONFIG, { [RESERVE_CONCURRENCY]: 'true' });
    const reserved = ofType(asked.json.stateless, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties['ReservedConcurrentExecutions'],
    );
    expect(reserved).toEqual([20, 3, 1, 1, 1]);
  });

  it('are not deployed with a switch that is neither on nor off', () => {
    expect(() => synthesise(CONFIG, { [RESERVE_CONCURRENCY]: 'yes' })).toThrow(
      'context harpoon:reserveConcurrency is true or false, not "yes"',
    );
  });
});

describe('the queue', () => {
  it('hands over one order an invocation, and one at a time for each account', () => {
    stateless.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    stateless.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 3 },
      // A filter deletes what it does not match, for good.
      FilterCriteria: Match.absent(),
    });
  });

  it('keeps two consumers, the least that Lambda allows, for a single account', () => {
    const { main } = CONFIG.accounts;
    const one = synthesise({ ...CONFIG, accounts: { main: main! } });
    one.stateless.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe('the webhook', () => {
  it('is one route; everything else is answered by API Gateway', () => {
    const routes = ofType(json.stateless, 'AWS::ApiGatewayV2::Route');
    expect(routes.map(([, { Properties }]) => Properties['RouteKey'])).toEqual([
      'POST /hook/{source}/{token}',
    ]);
  });

  it('logs every request without the path, which holds the token', () => {
    const [stage] = ofType(json.stateless, 'AWS::ApiGatewayV2::Stage');
    const settings = stage?.[1].Properties['AccessLogSettings'] as { Format: string } | undefined;
    const format = settings?.Format ?? '';
    const fields = Object.values(JSON.parse(format) as Record<string, string>);
    expect(fields).toContain('$context.routeKey');
    expect(fields).toContain('$context.requestId');
    // Whatever holds the path, a header, or the query: only these are known not to.
    for (const field of fields) {
      expect(field).toMatch(
        /^\$context\.(requestTime|requestId|identity\.sourceIp|routeKey|status|responseLength|responseLatency|integrationLatency|integrationStatus)$/,
      );
    }
  });

  it('is throttled far above what a sender may send', () => {
    stateless.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
  });

  it('invokes receive-signal, and only from its own route', () => {
    stateless.resourceCountIs('AWS::Lambda::Permission', 1);
    const [permission] = ofType(json.stateless, 'AWS::Lambda::Permission');
    const { FunctionName, SourceArn } = permission?.[1].Properties ?? {};
    expect(JSON.stringify(FunctionName)).toContain('ReceiveSignal');
    expect(JSON.stringify(SourceArn)).toContain('hook/{source}/{token}');
  });
});

describe('the schedule', () => {
  it.each(['ReconcileOrders', 'CheckPrices', 'DeliverNotifications'])(
    'runs %s every minute and gives up a run that is a minute late',
    (target) => {
      stateless.resourceCountIs('AWS::Scheduler::Schedule', 3);
      stateless.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${target}`), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60 },
        },
      });
    },
  );
});

describe('the alarms', () => {
  const alarms = new Map(
    ofType(json.stateless, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
      Properties['AlarmName'],
      Properties,
    ]),
  );

  it('are ten', () => {
    expect([...alarms.keys()].sort()).toEqual([
      'harpoon-check-prices-missing',
      'harpoon-dead-letters',
      'harpoon-deliver-notifications-missing',
      'harpoon-execute-order-failing',
      'harpoon-notices-dead',
      'harpoon-orders-waiting',
      'harpoon-reconcile-orders-missing',
      'harpoon-switch-blocks',
      'harpoon-webhook-failing',
      'harpoon-webhook-throttled',
    ]);
  });

  it.each(['reconcile-orders', 'check-prices', 'deliver-notifications'])(
    'ring when %s does not run at all',
    (name) => {
      expect(alarms.get(`harpoon-${name}-missing`)).toMatchObject({
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
      });
    },
  );

  it('ring for the first dead letter and for an order that waits a minute', () => {
    expect(alarms.get('harpoon-dead-letters')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      Statistic: 'Maximum',
    });
    expect(alarms.get('harpoon-orders-waiting')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 60,
      Statistic: 'Maximum',
    });
  });

  it('ring as long as a kill switch blocks, by the line that each minute logs', () => {
    expect(alarms.get('harpoon-switch-blocks')).toMatchObject({
      MetricName: 'SwitchBlocks',
      Threshold: 1,
      Period: 300,
      TreatMissingData: 'notBreaching',
    });
    stateless.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.event = "switch-blocks" }',
    });
  });

  it('reach the e-mail addresses of the configuration, over TLS only', () => {
    stateless.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'me@example.com',
    });
    for (const [, alarm] of alarms) expect(alarm['AlarmActions']).toHaveLength(1);
    stateless.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          // Without this the topic's own policy would shut out the alarms.
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      }),
    });
  });

  it('are there without a topic when nobody gave an address', () => {
    const silent = synthesise({ ...CONFIG, channels: { ops: { slack: 'harpoon/slack' } } });
    silent.stateless.resourceCountIs('AWS::SNS::Topic', 0);
    silent.stateless.resourceCountIs('AWS::CloudWatch::Alarm', 10);
  });
});
