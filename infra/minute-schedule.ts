/** Runs a function every minute. */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

/** A run that could not start within this time gives way to the next minute's. */
const RUN_AGE_MAX_S = 60;

/**
 * EventBridge Scheduler with a role that may invoke this function and nothing else (CDK's own
 * target would also allow all of its versions by a wildcard). There is no dead-letter queue: a
 * missed run is made up for by the next, and the alarm on missing runs says when none comes.
 */
export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, target: LambdaFunction) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Lets the schedule invoke its function',
      // Only schedules of this account: a service principal alone could be borrowed by others.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'scheduler',
              resource: 'schedule-group',
              resourceName: 'default',
              arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
            }),
          },
        },
      }),
      inlinePolicies: {
        Invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [target.functionArn],
            }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      description: 'Every minute',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumEventAgeInSeconds: RUN_AGE_MAX_S, maximumRetryAttempts: 2 },
      },
    });
  }
}
