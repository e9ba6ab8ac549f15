/**
 * The schema of harpoon.yaml: every key, its unit, its bounds and its default. The JSON Schema for
 * editors is made of it, and docs/configuration.md speaks of each key.
 */
import * as v from 'valibot';
import type { Channel } from '../../functions/core/config.ts';
import { AssertionError } from '../../functions/core/result.ts';
import { account, secretName } from './account-schema.ts';
import { exactlyOne, NAME, named, scalar, section } from './shapes.ts';
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
  }),
  exactlyOne({
    problem: 'names no kind of channel, or more than one',
    remedy: 'Write { email: me@example.com } or { slack: harpoon/slack }.',
  }),
  v.metadata({ minProperties: 1, maxProperties: 1 }),
  v.transform(({ slack, email }): Channel => {
    if (slack !== undefined) return { slack };
    if (email !== undefined) return { email };
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
});

/** What the schema makes of a file without faults. */
export type File = v.InferOutput<typeof file>;
