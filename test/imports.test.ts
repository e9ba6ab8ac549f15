import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** `import ... from 'x'`, `export ... from 'x'`, `import 'x'` and `import('x')`. */
const IMPORT = /^(?:import|export)\b(?:[^;'=]* from)? '([^']+)';$|\bimport\('([^']+)'\)/gm;

/** Every import of every source file, as [file, target], both relative to the repository. */
function imports(folder: string): [string, string][] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(IMPORT)].map(([, from, called]) => {
      const target = from ?? called ?? '';
      if (!target.startsWith('.')) return [file, target] as [string, string];
      return [file, relative(root, resolve(root, dirname(file), target))] as [string, string];
    });
  });
}

const offenders = (folder: string, allowed: (target: string, file: string) => boolean) =>
  imports(folder)
    .filter(([file, target]) => !allowed(target, file))
    .map(([file, target]) => `${file} -> ${target}`);

describe('imports run one way', () => {
  it('core imports core, decimals, and hashing in one file', () => {
    const allowed = (target: string, file: string): boolean =>
      target.startsWith('functions/core/') ||
      target === 'big.js' ||
      (target === 'node:crypto' && file === 'functions/core/hash.ts');
    expect(offenders('functions/core', allowed)).toEqual([]);
  });

  it.each([
    ['market', []],
    ['message', []],
    // What is decided about an order is a pure function of what was read before.
    ['decide', ['market', 'message']],
  ])('core/%s leans on the words that all of core shares, and on %j', (folder, others) => {
    const shared = /^functions\/core\/[a-z-]+\.ts$/;
    const inside = [folder, ...others].map((name) => `functions/core/${name}/`);
    const allowed = (target: string): boolean =>
      shared.test(target) || inside.some((start) => target.startsWith(start));
    expect(offenders(`functions/core/${folder}`, allowed)).toEqual([]);
  });

  it('adapters import adapters, core and packages, never a function', () => {
    const allowed = (target: string): boolean =>
      target.startsWith('functions/core/') ||
      target.startsWith('functions/adapters/') ||
      /^(node:|@aws-sdk\/|aws-lambda|big\.js|valibot|nodemailer\/|echarts\/|@resvg\/)/.test(target);
    expect(offenders('functions/adapters', allowed)).toEqual([]);
  });

  it('only functions/ is imported by functions/, so nothing deployed leans on the local stack', () => {
    const allowed = (target: string): boolean =>
      !/^(infra|operator|test)\//.test(target) && !target.startsWith('..');
    expect(offenders('functions', allowed)).toEqual([]);
  });

  it('the deployed product imports no test', () => {
    const allowed = (target: string): boolean => !target.startsWith('test/');
    expect([...offenders('infra', allowed), ...offenders('operator', allowed)]).toEqual([]);
  });

  // What the linter has no word for: it forbids Date.now, Math.random, timers and fetch by name.
  it('core reads no clock and no randomness by a constructor, a signal or another name', () => {
    const reads =
      /\bDate\(\)|\bgetRandomValues\b|\bAbortSignal\b|\bglobalThis\b|\bnew (?:XMLHttpRequest|WebSocket)\b/;
    expect('new Date()').toMatch(reads);
    const folder = join(root, 'functions/core');
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => reads.test(readFileSync(join(folder, name), 'utf8')));
    expect(found).toEqual([]);
  });

  it('imports are found at all', () => {
    expect(imports('functions').length).toBeGreaterThan(100);
  });
});
