/**
 * The only door to the internet: one route, `POST /hook/{source}/{token}`. Everything else is
 * answered by API Gateway itself (404) and costs no invocation.
 */
import { CfnOutput, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Path of a source's webhook; the token in it is the first of the two secrets of a source. */
export const HOOK_PATH = '/hook/{source}/{token}';

/**
 * Far above legitimate peaks (TradingView allows an alert 15 signals in 3 minutes), because a
 * signal answered 429 is lost: TradingView resends on 5xx only. Low enough that a flood costs
 * cents and cannot take the account's Lambda concurrency from the function that trades.
 */
const THROTTLE = { rateLimit: 20, burstLimit: 40 };

/**
 * What is logged of each request. The route's template stands for the path: the path itself
 * holds the token, and so would the request line.
 */
const ACCESS_LOG = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  functionStatus: '$context.integrationStatus',
};

/** What the door opens to. */
export interface WebhookApiProps {
  readonly receiveSignal: IFunction;
  readonly accessLogs: ILogGroup;
}

/** The HTTP API. */
export class WebhookApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { receiveSignal, accessLogs }: WebhookApiProps) {
    super(scope, id);
    // The default endpoint stays: senders reach it without a domain of the user's. With a domain
    // of one's own and mutual TLS it is to be disabled, or it would be the way around them.
    this.api = new HttpApi(this, 'Api', {
      apiName: 'harpoon',
      description: 'Receives trading signals',
      createDefaultStage: false,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    const [route] = this.api.addRoutes({
      path: HOOK_PATH,
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('ReceiveSignal', receiveSignal),
      authorizer: new HttpNoneAuthorizer(),
    });
    if (route === undefined) throw new Error('API Gateway made no route');
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'receive-signal authenticates: token in the path, secret or signature over the body, and ' +
        'sender address. An authorizer cannot see the body, and TradingView sends no headers.',
    });
    new CfnOutput(this, 'WebhookUrl', {
      description: 'Append SOURCE/TOKEN',
      value: `${this.api.apiEndpoint}/hook/`,
    });
  }
}
