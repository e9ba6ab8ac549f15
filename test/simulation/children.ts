/**
 * Work spread over processes. A script runs itself again, as one bundle of plain JavaScript that
 * starts at once, and hands out pieces of work as lines of JSON.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A young generation large enough that what one world leaves behind is collected at once, and no
 * stack for the many errors that are thrown on purpose; who repeats a run alone has both.
 */
const NODE_FLAGS = ['--max-semi-space-size=16', '--single-threaded-gc', '--stack-trace-limit=0'];

/** Does every piece in some child; `took` hears each answer and says whether to go on. */
export async function inChildren<Piece, Done>(
  script: string,
  args: readonly string[],
  pieces: Iterable<Piece>,
  took: (done: Done) => boolean,
  processes = availableParallelism(),
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-'));
  try {
    const file = await bundled(fileURLToPath(script), directory);
    const waiting = pieces[Symbol.iterator]();
    let goesOn = true;
    const one = async (): Promise<void> => {
      const child = open<Piece, Done>(file, args);
      for (let next = waiting.next(); goesOn && next.done !== true; next = waiting.next()) {
        if (!took(await child.ask(next.value))) goesOn = false;
      }
      child.close();
    };
    await Promise.all(Array.from({ length: processes }, one));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The child's side: answers each line with what the work came to. */
export async function serve<Piece, Done>(work: (piece: Piece) => Promise<Done>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await work(JSON.parse(line) as Piece))}\n`);
  }
}

async function bundled(script: string, directory: string): Promise<string> {
  // Loaded by the parent alone: the bundle does not carry the bundler.
  const { build } = await import('esbuild');
  const outfile = join(directory, 'child.mjs');
  const packages = { bundle: true, platform: 'node', format: 'esm', target: 'node20' } as const;
  // Object literals that are spread into others are put in place, which is worth a fifteenth.
  const faster = { minifySyntax: true };
  // The SDK is CommonJS and requires modules of Node.
  const js = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  const banner = { banner: { js } };
  await build({
    entryPoints: [script],
    outfile,
    ...packages,
    ...faster,
    ...banner,
    external: ['esbuild'],
  });
  return outfile;
}

function open<Piece, Done>(file: string, args: readonly string[]) {
  const child = spawn(process.execPath, [...NODE_FLAGS, file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(piece: Piece): Promise<Done> {
      child.stdin.write(`${JSON.stringify(piece)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`a child ended at ${JSON.stringify(piece)}`);
      return JSON.parse(line.value) as Done;
    },
    close: () => child.stdin.end(),
  };
}
