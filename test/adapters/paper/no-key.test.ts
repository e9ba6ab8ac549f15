import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** Imports that are left when the types are taken off. */
const IMPORT =
  /^(?:import|export)\b(?! type\b)(?:[^;'=]* from)? '([^']+)';$|\bimport\('([^']+)'\)/gm;

/** Every file and package that a file leads to. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const path = join(root, file);
  if (!existsSync(path)) return seen;
  for (const [, from, called] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
    const target = from ?? called ?? '';
    if (!target.startsWith('.')) seen.add(target);
    else reached(relative(root, resolve(dirname(path), target)), seen);
  }
  return seen;
}

const FORBIDDEN = [
  '@aws-sdk/client-secrets-manager',
  'functions/adapters/kraken/sign.ts',
  'functions/adapters/kraken/spot-private.ts',
  'functions/adapters/kraken/exchange.ts',
  'functions/adapters/secrets/account-keys.ts',
];

describe('what leads to keys', () => {
  it('is not reached from a paper desk', () => {
    const all = reached('functions/adapters/paper/paper-desks.ts');
    expect(all.size).toBeGreaterThan(20);
    expect(FORBIDDEN.filter((one) => all.has(one))).toEqual([]);
  });

  it('is found where it is: a desk at Kraken reaches all of it', () => {
    const all = reached('functions/adapters/kraken/desks.ts');
    expect(FORBIDDEN.filter((one) => !all.has(one))).toEqual([]);
  });
});
