/**
 * How long a call to AWS may take. The SDK waits for ever by default, and a call that hangs would
 * take a whole invocation with it: TradingView hangs up after 3 s, an order is stale after less.
 * One attempt and its repeats stay within what the caller can still use.
 */
export const AWS_LIMITS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 500,
    requestTimeout: 1_000,
    throwOnRequestTimeout: true,
  },
} as const;
