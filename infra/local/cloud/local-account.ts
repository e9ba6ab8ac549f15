/** The made-up AWS account of the local stack, and how the SDK reaches it. */

/** London, next to Kraken. */
export const REGION = 'eu-west-2';

/** Account number in ARNs and queue URLs. */
export const ACCOUNT_ID = '000000000000';

/** ARN of something of a service. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

/** How a client of the SDK reaches an emulated service; any signature will do. */
export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Configuration for a client of the service at a URL. */
export function localClient(url: string): LocalClientConfig {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint: url, region: REGION, credentials };
}
