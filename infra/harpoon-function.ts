/** One Lambda function of Harpoon with a role of its own that may do what is listed, and no more. */
import type { Duration } from 'aws-cdk-lib';
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { NOT_DEPLOYED, type FunctionName } from './bundle.ts';

/** What distinguishes one function from another. */
export interface HarpoonFunctionProps {
  readonly name: FunctionName;
  readonly description: string;
  /** Folder made by bundle.ts. */
  readonly bundleDirectory: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly permissions: readonly PolicyStatement[];
  readonly logGroup: ILogGroup;
  readonly reservedConcurrency?: number;
}

/** A function and its role. */
export class HarpoonFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: HarpoonFunctionProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
      // Inline: created with the role, so that the function never runs before it may log.
      inlinePolicies: { Own: new PolicyDocument({ statements: [...props.permissions] }) },
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `harpoon-${props.name}`,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundleDirectory, { exclude: NOT_DEPLOYED }),
      role: role.withoutPolicyUpdates(),
      logGroup: props.logGroup,
      timeout: props.timeout,
      // Memory buys CPU. The functions hold 60 MB; what they need is CPU for a TLS handshake and
      // an HMAC after a cold start. Above 512 MB the waiting for Kraken and DynamoDB dominates and
      // costs twice as much; at 256 MB handshakes take twice as long.
      memorySize: 512,
      environment: props.environment,
      // No X-Ray: its SDK adds 120 kB and 10 ms to a cold start, and every log line carries the
      // order's key, by which one Logs Insights query follows an order through all functions.
      // No NODE_OPTIONS=--enable-source-maps: it would parse the map at the first error; the map
      // of each bundle stays in the build (see bundle.ts).
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
  }
}
