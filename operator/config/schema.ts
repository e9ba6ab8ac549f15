/**
 * The schema of harpoon.yaml: every key, its unit, its bounds and its default. The JSON Schema for
 * editors is made of it, and docs/configuration.md speaks of each key.
 */
import * as v from 'valibot';
import type { Channel } from '../../functions/core/config.ts';
import { AssertionError } from '../../functions/core/result.ts';
import { account, secretName } from './account-schema.ts';
import { alerts, summary, timezone } from './alert-schema.ts';
import { message } from './said.ts';
import { NAME, named, scalar, section } from './shapes.ts';
import { sources } from './source-schema.ts';
import { readEmail } from './words.ts';

const channel = v.pipe(
  section('Where people hear from Harpoon.', {
    slack: v.exactOptional(
      secretName("Secrets Manager name of the webhook's URL.", 'harpoon/slack'),
    ),
    email: v.exactOptional(
      scalar({ description: 'An e-mail address.', examples: ['me@example.com'] }, readEmail),
    ),
    from: v.exactOptional(
      scalar(
        {
          description: 'The address that e-mail comes from; the recipient itself when left out.',
          examples: ['harpoon@example.com'],
        },
        readEmail,
      ),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { slack, email, from } = dataset.value;
    const remedy = 'Write { email: me@example.com } or { slack: harpoon/slack }.';
    if ((slack === undefined) === (email === undefined)) {
      addIssue({
        message: message({ problem: 'names no kind of channel, or more than one', remedy }),
      });
    } else if (slack !== undefined && from !== undefined) {
      addIssue({ message: message({ problem: 'has a from, and Slack knows none', remedy }) });
    }
  }),
  v.metadata({ minProperties: 1, maxProperties: 2 }),
  v.transform(({ slack, email, from }): Channel => {
    if (slack !== undefined) return { slack };
    if (email !== undefined) return { email, ...(from === undefined ? {} : { from }) };
    throw new AssertionError('expected that a channel has exactly one key');
  }),
);

/** The whole file. */
export const file = section('Configuration of Harpoon.', {
  accounts: named({ description: 'Who trades.', key: NAME, most: 200 }, account),
  sources,
  channels: v.exactOptional(
    named({ description: 'Where people hear from Harpoon.', key: NAME, most: 50 }, channel),
  ),
  timezone: v.exactOptional(timezone),
  summary: v.exactOptional(summary),
  alerts: v.exactOptional(alerts),
});

/** What the schema makes of a file without faults. */
export type File = v.InferOutput<typeof file>;
