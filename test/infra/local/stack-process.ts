/** `npm start` as a process that tests can kill, and the HTTP calls that a person would make. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TYPESCRIPT } from '../../typescript.ts';

const MAIN = fileURLToPath(new URL('../../../infra/local/main.ts', import.meta.url));
const SHIFTED_CLOCK = new URL('shifted-clock.ts', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const READY = 'Stop with Ctrl-C';

/** A running local stack. */
export interface StackProcess {
  readonly gatewayUrl: string;
  readonly krakenUrl: string;
  /** What it printed. */
  readonly output: string;
  /** The printed command's address and body. */
  readonly hookUrl: string;
  readonly message: Readonly<Record<string, string>>;
  kill(): Promise<void>;
}

/**
 * Starts the local stack on free ports over a directory; resolves when it says that it is ready. With
 * a clock file its clock is ahead by what the file says (shifted-clock.ts).
 */
export async function startStack(
  directory: string,
  { config = 'harpoon.yaml', clockFile }: { config?: string; clockFile?: string } = {},
): Promise<StackProcess> {
  const options = ['--dir', directory, '--port', '0', '--kraken-port', '0', '--config', config];
  const shifted = clockFile === undefined ? [] : ['--import', SHIFTED_CLOCK];
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, ...shifted, MAIN, ...options], {
    cwd: ROOT,
    env: { ...process.env, ...(clockFile === undefined ? {} : { CLOCK_FILE: clockFile }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = await ready(child);
  const found = (pattern: RegExp): string => {
    const [, text] = pattern.exec(output) ?? [];
    if (text === undefined) throw new Error(`not printed: ${pattern.source}\n${output}`);
    return text;
  };
  return {
    output,
    gatewayUrl: found(/gateway\s+(http\S+)/),
    krakenUrl: found(/Kraken simulator\s+(http\S+)/),
    hookUrl: found(/curl -sS (http\S+)/),
    message: JSON.parse(found(/-d '(\{.*\})'/)) as Record<string, string>,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function ready(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`the local stack ended with ${code}: ${output}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes(READY)) resolve(output);
    });
  });
}

/** Posts JSON; returns the status and what was answered. */
export async function post(
  url: string,
  body: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** Reads JSON. Throws for any answer but a good one. */
export async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as T;
}
