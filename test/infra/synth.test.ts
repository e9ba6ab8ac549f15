/** The CDK app as people run it, and the checks that stand between it and a deployment. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { CONFIG, emptyBundles, newApp } from './synth.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

describe('cdk-nag', () => {
  it('finds nothing that is not argued for', () => {
    expect(() => newApp().app.synth()).not.toThrow();
  });

  it('watches: a queue without dead letters that takes plain HTTP is refused', () => {
    const { app } = newApp();
    new Queue(new Stack(app, 'careless'), 'Queue');
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS3[^]*AwsSolutions-SQS4/);
  });
});

describe('synthesis', () => {
  it('gives the same templates twice', () => {
    const templates = (): string[] => {
      const { app } = newApp(CONFIG, {}, bundles);
      const { stacks } = app.synth();
      return stacks.map(({ templateFullPath }) => readFileSync(templateFullPath, 'utf8'));
    };
    const bundles = emptyBundles();
    expect(templates()).toEqual(templates());
  });
});

/** Runs the CDK with no AWS account and no home directory to find one in. */
async function cdkSynth(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string; readonly outdir: string }> {
  const outdir = mkdtempSync(join(tmpdir(), 'harpoon-cdk-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: outdir, CI: 'true', ...environment };
  const command = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
  const options = ['synth', '--quiet', '--output', outdir];
  try {
    const { stdout, stderr } = await run(process.execPath, [command, ...options], {
      cwd: ROOT,
      env,
    });
    return { code: 0, output: stdout + stderr, outdir };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr, outdir };
  }
}

describe('cdk synth', () => {
  it('makes both stacks of the configuration in the repository, without an account', async () => {
    const { code, output, outdir } = await cdkSynth({});
    expect(output).toContain('Successfully synthesized');
    expect(code).toBe(0);
    for (const stack of ['harpoon-stateful', 'harpoon-stateless']) {
      expect(existsSync(join(outdir, `${stack}.template.json`))).toBe(true);
    }
  }, 60_000);

  it('lists every fault of a wrong configuration and deploys nothing', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'harpoon-wrong-')), 'wrong.yaml');
    writeFileSync(
      file,
      'accounts:\n  main: { exchange: kraken-spott, mode: livee }\nsources: {}\n',
    );
    const { code, output, outdir } = await cdkSynth({ HARPOON_CONFIG_FILE: file });
    expect(code).not.toBe(0);
    expect(output).toContain('accounts.main.exchange');
    expect(output).toContain('accounts.main.mode');
    expect(output).not.toContain('    at ');
    expect(existsSync(join(outdir, 'harpoon-stateless.template.json'))).toBe(false);
  }, 60_000);
});
