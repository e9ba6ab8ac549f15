/** A function that draws carries the renderer and the fonts in its own folder; no other does. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHART_ASSETS } from '../../functions/adapters/chart/chart-assets.ts';
import { chartPainter } from '../../functions/adapters/chart/chart-painter.ts';
import { bundleFunction, entryOf, type Bundle } from '../../infra/bundle.ts';
import { ORDER, RISING } from '../adapters/chart/chart-fixture.ts';
import { NODE } from './lambda-process.ts';
import { CONFIG } from './synth.ts';

const run = promisify(execFile);
const temporary = (): string => mkdtempSync(join(tmpdir(), 'harpoon-chart-'));

/** Loads the painter with the first picture, as deliver-notifications does. */
const SOURCE = `
  import { decimal } from ${JSON.stringify(new URL('../../functions/core/decimal.ts', import.meta.url).pathname)};
  export const handler = async ({ request, rows }) => {
    const { chartPainter } = await import(${JSON.stringify(
      new URL('../../functions/adapters/chart/chart-painter.ts', import.meta.url).pathname,
    )});
    const candles = rows.map(([atMs, ...prices]) => {
      const [open, high, low, close, volume] = prices.map((price) => decimal(price));
      return { atMs, open, high, low, close, volume };
    });
    return chartPainter().paint(request, candles);
  };`;

let bundle: Bundle;

beforeAll(async () => {
  const entry = join(temporary(), 'handler.ts');
  writeFileSync(entry, SOURCE);
  bundle = await bundleFunction({ entry, outDirectory: join(temporary(), 'out'), config: CONFIG });
});

describe('the bundle of a function that draws', () => {
  it('has the renderer, the fonts and their licence', () => {
    const names = Object.values(CHART_ASSETS).map(({ name }) => name);
    expect(readdirSync(bundle.directory)).toEqual(
      expect.arrayContaining([...names, 'DejaVu-LICENSE.txt', 'index.mjs']),
    );
    const licence = readFileSync(join(bundle.directory, 'DejaVu-LICENSE.txt'), 'utf8');
    expect(licence).toContain('Bitstream Vera');
  });

  it('is within its budget', () => {
    expect(bundle.bytes / 1_000).toBeLessThanOrEqual(600);
  });

  it('paints far from the source, and exactly what the source paints', async () => {
    const rows = RISING.map(({ atMs, open, high, low, close, volume }) => {
      return [atMs, ...[open, high, low, close, volume].map((price) => price.toFixed())];
    });
    const file = join(temporary(), 'chart.png');
    const script = `import { writeFileSync } from 'node:fs';
      const { handler } = await import(${JSON.stringify(join(bundle.directory, 'index.mjs'))});
      writeFileSync(${JSON.stringify(file)}, await handler(${JSON.stringify({ request: ORDER, rows })}));`;
    // That it ends by itself says that nothing is left running.
    await run(NODE, ['--input-type=module', '-e', script], { cwd: temporary(), timeout: 60_000 });
    const expected = await chartPainter().paint(ORDER, RISING);
    expect(Buffer.compare(readFileSync(file), expected)).toBe(0);
  }, 90_000);
});

describe('the bundle of a function that does not draw', () => {
  it('has none of it', async () => {
    const outDirectory = join(temporary(), 'out');
    const plain = await bundleFunction({
      ...{ entry: entryOf('execute-order'), outDirectory, config: CONFIG },
    });
    const names = readdirSync(outDirectory);
    expect(names.filter((name) => /wasm|ttf|DejaVu/.test(name))).toEqual([]);
    const packages = [...plain.parts.keys()];
    expect(packages.filter((name) => /echarts|zrender|resvg|dejavu/.test(name))).toEqual([]);
  });
});
