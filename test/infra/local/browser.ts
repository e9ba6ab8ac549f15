/**
 * Chromium without a window, spoken to in its DevTools protocol over two pipes, so that no package is
 * needed. Sources: https://chromedevtools.github.io/devtools-protocol/, and Chromium's
 * `--remote-debugging-pipe`: JSON messages on file descriptors 3 and 4, each ended by a zero byte.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

/** One open page. */
export interface Page {
  /** What an expression gives in the page, or in the frame at that place (frames in page order). */
  evaluate<T>(expression: string, frame?: number): Promise<T>;
  /** The number of frames in the page. */
  frames(): Promise<number>;
  /** The whole page as a PNG. */
  screenshot(): Promise<Buffer>;
}

/** A running browser. */
export interface Browser {
  /** Loads an address, and waits until it and its pictures are there. */
  open(url: string, view: View): Promise<Page>;
  close(): Promise<void>;
}

/** Without a sandbox, as containers and root need; it is shown pages of this machine alone. */
const OPTIONS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  // So that the frames of a page live in its own process, where one session reaches them.
  '--disable-features=IsolateSandboxedIframes',
  ...['--hide-scrollbars', '--remote-debugging-pipe'],
];

interface FrameTree {
  readonly frame: { readonly id: string };
  readonly childFrames?: readonly FrameTree[];
}

/** Starts the browser at a path. */
export async function startBrowser(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'harpoon-browser-'));
  const child = spawn(path, [...OPTIONS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit');
  const call = protocol(child.stdio[3] as Writable, child.stdio[4] as Readable, gone);
  return {
    async open(url, view) {
      const { targetId } = await call<{ targetId: string }>('Target.createTarget', {
        url: 'about:blank',
      });
      const { sessionId } = await call<{ sessionId: string }>('Target.attachToTarget', {
        ...{ targetId, flatten: true },
      });
      const session: Session = (method, parameters) => call(method, parameters, sessionId);
      await showAs(session, view);
      await session('Page.navigate', { url });
      await loaded(session);
      return pageOf(session, view);
    },
    async close() {
      // Answered or not: it ends.
      await call('Browser.close').catch(() => undefined);
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

type Session = <T>(method: string, parameters?: object) => Promise<T>;

async function showAs(session: Session, { width, height, scheme }: View): Promise<void> {
  await session('Emulation.setDeviceMetricsOverride', {
    ...{ width, height, deviceScaleFactor: 1, mobile: width < 600 },
  });
  const features = [{ name: 'prefers-color-scheme', value: scheme }];
  await session('Emulation.setEmulatedMedia', { features });
}

const IS_LOADED = `location.href !== 'about:blank' && document.readyState === 'complete'`;

const TWO_FRAMES =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

async function loaded(session: Session): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { result } = await session<{ result: { value?: boolean } }>('Runtime.evaluate', {
      ...{ expression: IS_LOADED, returnByValue: true },
    });
    if (result.value === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the page did not load within 15 s');
}

function pageOf(session: Session, view: View): Page {
  const frameIds = async (): Promise<readonly string[]> => {
    const { frameTree } = await session<{ frameTree: FrameTree }>('Page.getFrameTree');
    return (frameTree.childFrames ?? []).map(({ frame }) => frame.id);
  };
  return {
    async evaluate<T>(expression: string, frame?: number): Promise<T> {
      const context = frame === undefined ? {} : await worldOf((await frameIds())[frame]);
      const { result, exceptionDetails } = await session<{
        result: { value: T };
        exceptionDetails?: object;
      }>('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true, ...context });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return result.value;
    },
    frames: async () => (await frameIds()).length,
    async screenshot() {
      const { cssContentSize: size } = await session<{ cssContentSize: { height: number } }>(
        'Page.getLayoutMetrics',
      );
      // As high as all of it: what is out of sight is not drawn.
      await showAs(session, { ...view, height: Math.ceil(size.height) });
      await session('Runtime.evaluate', { expression: TWO_FRAMES, awaitPromise: true });
      const { data } = await session<{ data: string }>('Page.captureScreenshot');
      return Buffer.from(data, 'base64');
    },
  };

  /** A world of our own: the frame itself may run nothing. */
  async function worldOf(frameId: string | undefined): Promise<{ readonly contextId: number }> {
    const { executionContextId } = await session<{ executionContextId: number }>(
      'Page.createIsolatedWorld',
      { frameId },
    );
    return { contextId: executionContextId };
  }
}

/** Calls over the pipes; whatever waits fails when the browser ends. */
function protocol(
  to: Writable,
  from: Readable,
  gone: Promise<unknown>,
): <T>(method: string, parameters?: object, sessionId?: string) => Promise<T> {
  const waiting = new Map<
    number,
    { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }
  >();
  let [count, read] = [0, ''];
  to.on('error', () => undefined);
  from.setEncoding('utf8');
  from.on('data', (chunk: string) => {
    const messages = (read + chunk).split('\0');
    read = messages.pop() ?? '';
    for (const text of messages) {
      const { id, result, error } = JSON.parse(text) as {
        readonly id?: number;
        readonly result?: never;
        readonly error?: { readonly message: string };
      };
      const call = waiting.get(id ?? -1);
      waiting.delete(id ?? -1);
      if (error !== undefined) call?.reject(new Error(error.message));
      else call?.resolve(result as never);
    }
  });
  void gone.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the browser ended'));
  });
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      const message = { id: count, method, params, ...(sessionId ? { sessionId } : {}) };
      to.write(`${JSON.stringify(message)}\0`);
    });
}
