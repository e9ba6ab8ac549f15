/**
 * Price alerts as a person meets them: `npm start`, the command that it prints, the mailbox, and a
 * process that is killed in between. Minutes pass by a clock that is put forward.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPng } from '../../adapters/chart/png.ts';
import { alertsAt, type Alerts } from './alert-mailbox.ts';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

const LIMIT_MS = 60_000;
/** From here on nobody else works on a notice that a killed process had in hand. */
const LEASE_MS = 71_000;

const shell = promisify(execFile);

describe('a price alert on npm start', { timeout: 2 * LIMIT_MS }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-alerts-'));
  const clockFile = join(directory, 'clock');
  let aheadMs = 0;
  let stack: StackProcess;
  const putForward = (ms: number): void => {
    aheadMs += ms;
    writeFileSync(clockFile, String(aheadMs));
  };

  beforeAll(async () => {
    putForward(0);
    stack = await startStack(directory, { clockFile });
  }, LIMIT_MS);
  afterAll(async () => {
    await stack.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs a printed command as it stands: the first moves the price across, the second back. */
  const runPrinted = async (which: 'across' | 'back'): Promise<void> => {
    const [across, back] = stack.output.match(/^ {2}curl .*\/control\/price .*$/gm) ?? [];
    const { stdout } = await shell('sh', ['-c', (which === 'across' ? across : back) ?? 'false']);
    expect(JSON.parse(stdout)).toEqual({ ok: true });
  };
  const checkPrices = async (): Promise<void> => {
    expect((await post(`${stack.gatewayUrl}/local/check-prices`, {})).status).toBe(200);
  };
  const alerts = (): Promise<Alerts> => alertsAt(stack.gatewayUrl);
  const trouble = (what: object): Promise<unknown> =>
    post(`${stack.gatewayUrl}/local/mailbox/slack-trouble`, what);
  const troubled = async (): Promise<number> =>
    (await get<{ met: number }>(`${stack.gatewayUrl}/local/mailbox/slack-trouble`)).met;
  const counts = async (): Promise<readonly number[]> => {
    const { slack, mail } = await alerts();
    return [slack.length, mail.length];
  };
  /** Polls until people were told so often; then twice more, in which nothing may come. */
  const told = async (slack: number, mail: number): Promise<Alerts> => {
    await vi.waitFor(
      async () => {
        await checkPrices();
        expect(await counts()).toEqual([slack, mail]);
      },
      { timeout: LIMIT_MS, interval: 100 },
    );
    await checkPrices();
    await checkPrices();
    expect(await counts()).toEqual([slack, mail]);
    return alerts();
  };
  /** Price back, its minute over, and the cooldown too. */
  const rearm = async (): Promise<void> => {
    await runPrinted('back');
    putForward(120_000);
    await checkPrices();
    await checkPrices();
  };
  const met = (times: number): Promise<void> =>
    vi.waitFor(async () => expect(await troubled()).toBe(times), { timeout: LIMIT_MS });

  it('tells nothing before the printed command, and once on each channel after it', async () => {
    await checkPrices();
    expect(await counts()).toEqual([0, 0]);
    await runPrinted('across');
    const { slack, mail } = await told(1, 1);
    expect(slack[0]?.id).toMatch(/^alert:/);
    expect(mail[0]?.id).toBe(slack[0]?.id);
  });

  it('says in Slack what happened, with numbers, a command, its id and a picture', async () => {
    const { slack } = await alerts();
    const blocks = slack[0]?.blocks ?? [];
    expect(slack[0]?.text).toBe('🔵 BTC/USD crossed above 62000');
    const kinds = blocks.map(({ type }) => type);
    expect(kinds[0]).toBe('header');
    expect(kinds.at(-1)).toBe('context');
    expect(blocks[0]?.text?.text).toBe('🔵 BTC/USD crossed above 62000');
    const fields = blocks.flatMap(({ fields: some = [] }) => some.map(({ text }) => text));
    expect(fields.slice(0, 4)).toEqual(['*Price*', '62620 USD', '*Level*', '62000 USD']);
    const sentences = blocks.flatMap(({ text }) => text?.text ?? []).join('\n');
    expect(sentences).toContain('Rule: BTC/USD crosses above 62000.');
    expect(sentences).toContain('`npx harpoon alerts list`');
    const picture = blocks.find(({ type }) => type === 'image');
    expect(picture?.alt_text).toMatch(/^Chart: BTC\/USD, /);
    const answer = await fetch(picture?.image_url ?? '');
    expect(answer.headers.get('content-type')).toBe('image/png');
    expectChart(Buffer.from(await answer.arrayBuffer()));
  });

  it('says the same by e-mail: subject, text, and HTML with the picture in it', async () => {
    const { mail } = await alerts();
    const { subject = '', to = [], text = '', html = '', id = '' } = mail[0] ?? {};
    expect(subject).toBe('BTC/USD crossed above 62000');
    expect(to).toEqual(['me@example.com']);
    for (const part of ['62620 USD', '62000 USD', 'Rule: BTC/USD crosses above 62000.', id]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    const [, encoded = ''] = /<img src="data:image\/png;base64,([^"]+)"/.exec(html) ?? [];
    expectChart(Buffer.from(encoded, 'base64'));
  });

  it('fires once more when the price was back and crosses again', async () => {
    await rearm();
    expect(await counts()).toEqual([1, 1]);
    await runPrinted('across');
    const { slack, mail } = await told(2, 2);
    expect(slack[1]?.id).not.toBe(slack[0]?.id);
    expect(mail[1]?.id).toBe(slack[1]?.id);
  });

  it('waits as long as Slack asks for, within a run and over several', async () => {
    await rearm();
    await trouble({ status: 429, body: 'rate_limited', retryAfterS: 1, times: 1 });
    await runPrinted('across');
    await told(3, 3);
    expect(await troubled()).toBe(1);

    await rearm();
    await trouble({ status: 429, body: 'rate_limited', retryAfterS: 600, times: 1 });
    await runPrinted('across');
    const { slack, mail } = await told(3, 4);
    putForward(601_000);
    const later = await told(4, 4);
    expect(later.slack[3]?.id).toBe(mail[3]?.id);
    expect(slack.map(({ id }) => id)).not.toContain(mail[3]?.id);
  });

  it('tells after a kill -9 between firing and delivery', async () => {
    await rearm();
    await trouble({ hold: 'lost', times: 1 });
    await runPrinted('across');
    void checkPrices().catch(() => undefined);
    await met(2 + 1);
    await stack.kill();
    putForward(LEASE_MS);
    stack = await startStack(directory, { clockFile });
    expect(stack.output).toContain('take it back first');
    const { slack, mail } = await toldAtLeast(5, 5);
    expect(slack).toHaveLength(5);
    expect(new Set([slack[4], ...mail.slice(4)].map((one) => one?.id)).size).toBe(1);
  });

  it('repeats itself with the same id after a kill -9 between delivery and its record', async () => {
    await rearm();
    const before = await alerts();
    await trouble({ hold: 'taken', times: 1 });
    await runPrinted('across');
    void checkPrices().catch(() => undefined);
    await met(1);
    await stack.kill();
    putForward(LEASE_MS);
    stack = await startStack(directory, { clockFile });
    const { slack, mail } = await toldAtLeast(before.slack.length + 2, before.mail.length + 1);
    const [first, again, ...more] = slack.slice(before.slack.length);
    expect(more).toEqual([]);
    expect(again?.id).toBe(first?.id);
    for (const { id } of mail.slice(before.mail.length)) expect(id).toBe(first?.id);
    expect(before.slack.map(({ id }) => id)).not.toContain(first?.id);
  });

  /** A channel that was killed on its way may repeat; none may be missing. */
  async function toldAtLeast(slack: number, mail: number): Promise<Alerts> {
    await vi.waitFor(
      async () => {
        await checkPrices();
        const [inSlack = 0, inMail = 0] = await counts();
        expect(inSlack).toBeGreaterThanOrEqual(slack);
        expect(inMail).toBeGreaterThanOrEqual(mail);
      },
      { timeout: LIMIT_MS, interval: 100 },
    );
    await checkPrices();
    return alerts();
  }
});

/** A PNG of the size that people are sent, with something on it. */
function expectChart(png: Buffer): void {
  const { width, height, colourAt } = readPng(png);
  expect([width, height]).toEqual([1200, 675]);
  const colours = new Set(
    Array.from({ length: 300 }, (_, at) => colourAt(4 * at, 200 + (at % 300))),
  );
  expect(colours.size).toBeGreaterThan(2);
}
