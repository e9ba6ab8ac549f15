/**
 * Runs a bundle as Lambda does: in a Node.js process of its own that loads index.mjs, takes one
 * event after the other, and gives back what the handler answers as JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Node.js that runs the bundles: LAMBDA_NODE, or the one that runs the tests. */
export const NODE = process.env['LAMBDA_NODE'] ?? process.execPath;

/** A function that waits for events. */
export interface LambdaProcess {
  /** Version of Node.js that it runs on. */
  readonly node: string;
  /** Rejects with what the handler threw. */
  invoke(event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const LOOP = `
const { handler } = await import(process.argv[1]);
if (typeof handler !== 'function') throw new Error('the bundle exports no handler');
process.on('message', async ({ id, event }) => {
  const context = { awsRequestId: String(id), getRemainingTimeInMillis: () => 15000 };
  try {
    process.send({ id, result: (await handler(event, context)) ?? null });
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) });
  }
});
process.send({ ready: process.version });
`;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Starts a function; resolves when its bundle is loaded. */
export async function startLambda(
  bundleDirectory: string,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaProcess> {
  const bundle = `${bundleDirectory}/index.mjs`;
  // An environment of its own: nothing of this process may help the bundle to work.
  const child = spawn(NODE, ['--input-type=module', '-e', LOOP, '--', bundle], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const exited = once(child, 'exit').then(() => {
    throw new Error(`the function's process ended: ${stderr}`);
  });
  exited.catch(() => undefined);
  const [{ ready }] = (await Promise.race([once(child, 'message'), exited])) as [{ ready: string }];
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
  let last = 0;
  return {
    node: ready,
    async invoke(event) {
      const id = ++last;
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      child.send({ id, event: event ?? null });
      const { result, error } = await Promise.race([answered, exited]);
      if (error !== undefined) throw new Error(error);
      return result;
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
