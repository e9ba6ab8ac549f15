/** Answers events of the webhook route: always with a status, never with details of a failure. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { proofHeaders } from '../adapters/webhook/schemes.ts';
import {
  receiveSignal,
  type Answer,
  type ReceiveSignalDeps,
} from '../core/receive/receive-signal.ts';
import { assert } from '../core/result.ts';
import { signalRequest } from './request.ts';

/** An HTTP API answer in full: without a statusCode API Gateway would make up a 200. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * The handler over its adapters. What fails is told as 503, because TradingView sends again on 5xx
 * and on nothing else; the second attempt meets whatever the first one stored.
 */
export function serveSignals(
  deps: ReceiveSignalDeps,
): (event: APIGatewayProxyEventV2) => Promise<HttpAnswer> {
  const wanted = proofHeaders(deps.config);
  return async (event) => {
    try {
      return httpAnswer(await receiveSignal(signalRequest(event, wanted), deps));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error('not an error');
      deps.log.error('signal-not-received', { error: `${name}: ${message}` });
      const message503 = 'not received; send it again.';
      return httpAnswer({ status: 503, body: { code: 'unavailable', message: message503 } });
    }
  };
}

function httpAnswer({ status, body }: Answer): HttpAnswer {
  assert(Number.isInteger(status) && status >= 200 && status <= 599, 'an answer has a status');
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
