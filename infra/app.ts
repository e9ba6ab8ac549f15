/** The CDK app: `npx cdk synth`, `npx cdk deploy --all`. Needs no network and no AWS account. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleAll } from './bundle.ts';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { addStacks } from './stacks.ts';

try {
  const config = readConfiguration();
  const app = new App();
  const made = await bundleAll(join(app.outdir, 'bundles'), config);
  const directories = Object.entries(made).map(([name, { directory }]) => [name, directory]);
  addStacks(app, {
    config,
    bundles: Object.fromEntries(directories) as Record<keyof typeof made, string>,
  });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
