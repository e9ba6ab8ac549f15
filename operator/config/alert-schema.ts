/**
 * The part of the schema that says what people want to be told of: alert rules, the daily summary,
 * the time zone. What a rule's words mean is read by alert-checks.ts.
 */
import * as v from 'valibot';
import { minuteOf } from '../../functions/core/alerts/make-rule.ts';
import { err, ok } from '../../functions/core/result.ts';
import { isZone } from '../../functions/core/zone.ts';
import { isWhat, message } from './said.ts';
import { list, scalar, section, word, write } from './shapes.ts';
import { readReference } from './words.ts';

const RULES = ['BTC/USD crosses above 100000', 'ETH/USD below 3000 for 10m'];

const text = (description: string, example: string) =>
  scalar({ description, examples: [example] }, (written) => ok(written));

const channels = list(
  { description: 'Channels that hear of it; all when left out.', example: ['me'], most: 50 },
  scalar({ description: 'A channel of this file.', examples: ['me'] }, readReference),
);

/** Any keys with texts: what they may be is said by alert-checks.ts, which knows more. */
const fields = (description: string) =>
  v.pipe(v.record(v.string(), v.string()), v.metadata({ description }));

const ruleText = scalar(
  { description: 'Conditions joined by "and".', examples: RULES },
  (written) => ok(written),
);

const alertOptions = section('A rule with options.', {
  rule: v.exactOptional(ruleText),
  when: v.exactOptional(
    v.pipe(
      v.union(
        [
          fields('One condition as keys.'),
          v.pipe(v.array(fields('One condition as keys.')), v.minLength(1), v.maxLength(8)),
        ],
        (issue) =>
          message({
            problem: `${isWhat(issue.input)}, not a condition`,
            remedy: write([{ pair: 'BTC/USD', above: '100000' }]),
          }),
      ),
      v.metadata({ description: 'The same conditions as keys.' }),
    ),
  ),
  id: v.exactOptional(text('Its name in commands; made of its content when left out.', 'btc-100k')),
  repeat: v.exactOptional(text('once, every or daily.', 'every')),
  hysteresis: v.exactOptional(text('How far back a price must go to count again.', '0.2%')),
  cooldown: v.exactOptional(text('Least time between two.', '15m')),
  quiet: v.exactOptional(text('Hours in which it waits.', '22:00-07:00')),
  zone: v.exactOptional(text('Its time zone, when not timezone of the file.', 'Europe/Berlin')),
  expires: v.exactOptional(text('Last day, or a time.', '2026-12-31')),
  note: v.exactOptional(text('Words for yourself, told with it.', 'sell a quarter')),
  notify: v.exactOptional(channels),
  signal: v.exactOptional(fields('A signal to raise: source, action and fields of the message.')),
});

/** One alert rule: its text, or a map with options. */
const alert = v.pipe(
  v.union([ruleText, alertOptions], (issue) =>
    message({ problem: `${isWhat(issue.input)}, not a rule`, remedy: write(RULES) }),
  ),
  v.metadata({ description: 'What to be told of.', examples: RULES }),
);

/** All rules of the file. */
export const alerts = list(
  { description: 'Price alerts.', example: [RULES[0] ?? ''], most: 1_000 },
  alert,
);

/** IANA zone of the person. */
export const timezone = scalar(
  { description: 'Where you live: days, quiet hours, times.', examples: ['Europe/Berlin'] },
  (written) =>
    isZone(written)
      ? ok(written)
      : err({
          problem: `${isWhat(written)}: no time zone`,
          remedy: 'Write an IANA name such as Europe/Berlin, America/New_York or UTC.',
        }),
);

const SUMMARIES = ['08:00', { at: '08:00', notify: '[me]' }, 'off'];

const timeOfDay = scalar(
  { description: 'Local time.', examples: ['08:00'], pattern: '^[0-9]{1,2}:[0-9]{2}$' },
  (written) => {
    const minute = minuteOf(written);
    return minute === undefined
      ? err({ problem: `${isWhat(written)}: no time of the day`, remedy: 'Write 08:00 or off.' })
      : ok(minute);
  },
);

/** When the daily summary goes out. */
export const summary = v.pipe(
  v.union(
    [
      word({ word: 'off', description: 'No summary.', remedy: write(SUMMARIES) }),
      timeOfDay,
      section('A summary with channels.', { at: timeOfDay, notify: v.exactOptional(channels) }),
    ],
    (issue) => message({ problem: `${isWhat(issue.input)}, not a time`, remedy: write(SUMMARIES) }),
  ),
  v.metadata({ description: 'When the daily summary goes out; 08:00 when left out.' }),
);
