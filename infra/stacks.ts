/** The two stacks of Harpoon in one CDK app, checked by cdk-nag while they are synthesised. */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from '../functions/core/config.ts';
import type { FunctionName } from './bundle.ts';
import { StatefulStack } from './stateful-stack.ts';
import { StatelessStack } from './stateless-stack.ts';

/** What the stacks are made of. */
export interface StacksProps {
  readonly config: Config;
  /** Folders made by bundle.ts. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

/** Both stacks. */
export interface Stacks {
  readonly stateful: StatefulStack;
  readonly stateless: StatelessStack;
}

/** Context key: `-c harpoon:reserveConcurrency=true`. */
export const RESERVE_CONCURRENCY = 'harpoon:reserveConcurrency';

/** Adds the stacks. Account and region are those of the credentials that deploy. */
export function addStacks(app: App, { config, bundles }: StacksProps): Stacks {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stateful = new StatefulStack(app, 'harpoon-stateful', {
    description: 'Harpoon: order log, queue, secrets and logs; kept when deleted',
    config,
  });
  const stateless = new StatelessStack(app, 'harpoon-stateless', {
    description: 'Harpoon: webhook, functions, schedule and alarms',
    config,
    stateful,
    bundles,
    reserveConcurrency: flag(app, RESERVE_CONCURRENCY),
  });
  return { stateful, stateless };
}

/** Context from the command line is text, from cdk.json it is JSON; a typo must not mean no. */
function flag(app: App, key: string): boolean {
  const value: unknown = app.node.tryGetContext(key);
  if (value === undefined || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new Error(`context ${key} is true or false, not ${JSON.stringify(value)}`);
}
