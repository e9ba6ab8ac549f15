/** `harpoon lint` and `harpoon template`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliWorld, runHere, YAML, type CliWorld } from './cli-world.ts';

const TWO = YAML.replace(
  'channels:',
  `  other: { auth: standard-webhooks, accounts: [main], size: signal, maxAge: 60s }
  nested:
    auth: standard-webhooks
    accounts: [main]
    size: { quote: 100 USD }
    map:
      action: { path: signal.direction, values: { LONG: buy } }
      symbol: { path: signal.pair }
      reduceOnly: { flags: { order.isExit: "true" } }
channels:`,
);

let world: CliWorld;
beforeAll(async () => {
  world = await cliWorld(TWO);
});
afterAll(() => world.close());

const GOOD = '{"secret":"x","time":"{{timenow}}","symbol":"KRAKEN:XBTUSD","action":"buy"}';

function file(text: string): string {
  writeFileSync(join(world.folder, 'message.txt'), text);
  return 'message.txt';
}

describe('harpoon lint', () => {
  it('explains what a message means, and ends well', async () => {
    const run = await runHere(['lint', file(GOOD), '--source', 'btc-trend'], world.folder);
    expect(run).toEqual({
      ...{ code: 0, err: '' },
      out: 'can be read\n  means buy of KRAKEN:XBTUSD, market\n  with samples for {{timenow}}\n',
    });
  });

  it('judges every line of a file alone, and ends with 1 when one would be refused', async () => {
    const args = ['lint', file(`${GOOD}\n\n{"action":"hold"}\n`), '--source', 'btc-trend'];
    const { code, out } = await runHere(args, world.folder);
    expect(code).toBe(1);
    expect(out).toContain('line 1: can be read');
    expect(out).toContain('line 3: would be refused (not-supported)\n  action asks for no trade');
    const json = JSON.parse((await runHere([...args, '--json'], world.folder)).out) as object;
    expect(json).toMatchObject({
      ok: false,
      messages: [
        { line: 1, accepted: true, means: 'buy of KRAKEN:XBTUSD, market', code: null },
        { line: 3, accepted: false, means: null, code: 'not-supported' },
      ],
    });
  });

  it('names what a map does not read, and nothing that it reads a part of', async () => {
    const nested = {
      ...{ signal: { direction: 'LONG', pair: 'BTC/USD' }, order: { isExit: false } },
      meta: { bot: 'b' },
    };
    const args = ['lint', file(JSON.stringify(nested)), '--source', 'nested', '--json'];
    const { out } = await runHere(args, world.folder);
    expect(JSON.parse(out)).toMatchObject({ messages: [{ accepted: true, notRead: ['meta'] }] });
  });

  it.each<[string, readonly string[], number, RegExp]>([
    [
      'without a source where there are two',
      ['lint', 'm'],
      2,
      /--source, one of btc-trend, other, nested/,
    ],
    [
      'of a source that is not there',
      ['lint', 'm', '--source', 'btc'],
      3,
      /Known: btc-trend, other, nested/,
    ],
    [
      'of a file that is not there',
      ['lint', 'm', '--source', 'other'],
      1,
      /cannot be read: ENOENT/,
    ],
    ['without a file', ['lint'], 2, /missing required argument/],
    ['of a configuration that is wrong', ['lint', 'm', '--config', 'no.yaml'], 2, /no\.yaml/],
  ])('%s says what to write', async (_name, args, code, words) => {
    const run = await runHere(args, world.folder);
    expect([run.code, run.err]).toEqual([code, expect.stringMatching(words)]);
  });
});

describe('harpoon template', () => {
  it('prints messages that lint reads', async () => {
    const { code, out } = await runHere(['template', 'other', '--json'], world.folder);
    expect(code).toBe(0);
    const { templates } = JSON.parse(out) as { templates: { text: string }[] };
    expect(templates).toHaveLength(1);
    for (const { text } of templates) {
      const judged = await runHere(['lint', file(text), '--source', 'other'], world.folder);
      expect(judged.code, judged.out).toBe(0);
    }
  });

  it('says where the secret and the message go', async () => {
    const { out } = await runHere(['template', 'btc-trend'], world.folder);
    expect(out).toContain('Address: https://YOUR-API/hook/btc-trend/TOKEN');
    expect(out).toContain('"secret": "THE-SECRET-OF-THIS-SOURCE"');
    expect(out).toContain('harpoon/sources/btc-trend in Secrets Manager');
  });
});
