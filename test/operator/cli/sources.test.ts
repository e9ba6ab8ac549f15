/** `harpoon status` about sources that should speak. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dynamoHeardSources,
  dynamoSourceWatches,
} from '../../../functions/adapters/dynamo/source-watches.ts';
import { standing } from '../../../operator/cli/source-rows.ts';
import { cliWorld, YAML, type CliWorld } from './cli-world.ts';
import { tableAt } from './stories.ts';

const MINUTE_MS = 60_000;
const HEARTBEAT = { everyMs: 60 * MINUTE_MS };
const BEATS = YAML.replace('maxAge: 60s', 'maxAge: 60s, heartbeat: { every: 1h }');

let world: CliWorld;
beforeAll(async () => {
  world = await cliWorld(BEATS);
});
afterAll(() => world.close());

describe('the status', () => {
  it('shows when each was heard, how long it may be silent, and whether it is', async () => {
    const first = await world.call(['status']);
    expect(first.code, first.err).toBe(0);
    expect(first.out).toMatch(/btc-trend +never +1 h +not watched in the last minutes/);
    const table = tableAt(world.cloud.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
    const nowMs = Date.now();
    const [heard, watches] = [dynamoHeardSources(table), dynamoSourceWatches(table)];
    const look = { countsFromMs: 0, lookedAtMs: nowMs };
    const heardAtMs = nowMs - 90 * MINUTE_MS;
    await heard.hear('btc-trend', heardAtMs);
    await watches.keep('btc-trend', 0, { watch: look });
    const { out } = await world.call(['status']);
    expect(out).toMatch(/SOURCE +LAST HEARD \(UTC\) +ALLOWED +STATE\n/);
    expect(out).toMatch(/btc-trend +\d{4}-\d\d-\d\d \d\d:\d\d +1 h +SILENT for 1 h 30 min/);
    await heard.hear('btc-trend', nowMs);
    const json = JSON.parse((await world.call(['status', '--json'])).out) as object;
    expect(json).toMatchObject({
      sources: [
        {
          ...{ source: 'btc-trend', state: 'heard', allowedMs: 3_600_000, onSilence: 'notify' },
          ...{ lastHeard: new Date(nowMs).toISOString(), silentSince: null },
        },
      ],
    });
  });
});

describe('a source stands', () => {
  const AT = 1_000 * MINUTE_MS;
  const watch = { countsFromMs: 0, lookedAtMs: AT - MINUTE_MS };
  it.each([
    ['unwatched before the first look', { heardAtMs: AT }, { heardAtMs: AT, state: 'unwatched' }],
    ['heard', { watch, heardAtMs: AT }, { heardAtMs: AT, state: 'heard' }],
    [
      'unwatched when nobody looked for a while',
      { watch: { ...watch, lookedAtMs: AT - 4 * MINUTE_MS } },
      { state: 'unwatched' },
    ],
    ['silent before it is told', { watch }, { state: 'silent', sinceMs: 0 }],
    [
      'silent as it was told, also when nobody looks any more',
      { watch: { countsFromMs: 0, lookedAtMs: 0, silence: { sinceMs: 7 } }, heardAtMs: 7 },
      { heardAtMs: 7, state: 'silent', sinceMs: 7 },
    ],
  ])('%s', (_what, known, expected) => {
    expect(standing(known, HEARTBEAT, AT)).toEqual(expected);
  });
});
