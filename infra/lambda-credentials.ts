/**
 * Stands in for the AWS SDK's credential chain inside the bundles. Lambda hands a function's role
 * over in three environment variables; the chain's other sources (profiles, SSO, web identity,
 * processes, instance metadata) cannot apply there, weigh 135 kB of the bundle and 9 ms of its
 * loading, and would be further ways to be somebody else.
 * Source: AWS Lambda guide, "Defined runtime environment variables".
 */

/** Credentials in the form that the SDK expects. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Takes the place of the function of this name in `@aws-sdk/credential-provider-node`. */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
    const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
    const sessionToken = process.env['AWS_SESSION_TOKEN'];
    if (!accessKeyId || !secretAccessKey) {
      throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set by Lambda; one is not');
    }
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  };
}
