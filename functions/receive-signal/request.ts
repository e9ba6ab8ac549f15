/** From an HTTP API event (payload format 2.0) to the request of a sender. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  BODY_BYTES_MAX,
  type ProofHeaders,
  type SignalRequest,
} from '../core/receive/signal-request.ts';

/**
 * `/hook/{source}/{token}`, perhaps after the name of a stage. Names and tokens need no escapes,
 * so an escaped path is nobody's.
 */
const HOOK = /^(?:\/[A-Za-z0-9_-]{1,64})?\/hook\/([A-Za-z0-9_-]{1,64})\/([^/]{1,512})$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Reads the event; nothing in it is trusted and nothing of it makes this throw. Of its headers only
 * the wanted ones go on, whose names are in lower case, as API Gateway writes them. It joins
 * headers that came twice with a comma. Source: AWS guide, "Create AWS Lambda proxy integrations
 * for HTTP APIs in API Gateway".
 */
export function signalRequest(
  event: APIGatewayProxyEventV2,
  wanted: ReadonlySet<string>,
): SignalRequest {
  const { headers } = event;
  const [, source, token] = HOOK.exec(event.rawPath) ?? [];
  const { method, sourceIp } = event.requestContext.http;
  return {
    method,
    hook: source === undefined || token === undefined ? undefined : { source, token },
    contentType: headers['content-type'] ?? '',
    contentEncoding: headers['content-encoding'] ?? '',
    headers: headersOf(headers, wanted),
    // Set by API Gateway from the connection; a header such as X-Forwarded-For can be forged.
    address: sourceIp,
    body: bodyOf(event),
  };
}

function headersOf(
  headers: APIGatewayProxyEventV2['headers'],
  wanted: ReadonlySet<string>,
): ProofHeaders {
  const found = [...wanted].flatMap((name): [string, string][] => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return new Map(found);
}

function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): SignalRequest['body'] {
  // Longer than any encoding of an accepted body: not even decoded.
  if (body.length > BODY_BYTES_MAX * 2) return 'too-large';
  if (isBase64Encoded && (body.length % 4 !== 0 || !BASE64.test(body))) return 'undecodable';
  if (!isBase64Encoded && LONE_SURROGATE.test(body)) return 'undecodable';
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return bytes.length > BODY_BYTES_MAX ? 'too-large' : bytes;
}
