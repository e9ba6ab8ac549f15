/**
 * The mailbox in a real browser: light and dark, on a desk and on a telephone. Runs where Chromium
 * is; .ci/browser.sh sees to that, and names it in HARPOON_BROWSER. HARPOON_SCREENSHOTS names a
 * folder that gets what was seen.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertsAt } from './alert-mailbox.ts';
import { startBrowser, type Browser, type Page, type View } from './browser.ts';
import { LOOK, type Look } from './legibility.ts';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

const wanted = process.env['HARPOON_BROWSER'];
const path = wanted ?? '/usr/bin/chromium';
const folder = process.env['HARPOON_SCREENSHOTS'];
const isThere = wanted !== undefined || existsSync(path);
if (!isThere) console.log(`no browser at ${path}: the mailbox is not looked at`);

const WIDTHS = { telephone: 390, desk: 1000 } as const;
const VIEWS = (['light', 'dark'] as const).flatMap((scheme) =>
  (['telephone', 'desk'] as const).map((place) => ({ scheme, place })),
);

describe.runIf(isThere)('the mailbox in a browser', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-mailbox-'));
  let stack: StackProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    stack = await startStack(directory);
    browser = await startBrowser(path);
    await post(stack.hookUrl, stack.message);
    await vi.waitFor(
      async () => {
        const orders = await get<{ state: string }[]>(`${stack.gatewayUrl}/local/orders`);
        expect(orders.map(({ state }) => state)).toEqual(['placed']);
      },
      { timeout: 30_000, interval: 50 },
    );
    await post(`${stack.krakenUrl}/control/price`, { pair: 'BTC/USD', price: '62620' });
    await vi.waitFor(
      async () => {
        await post(`${stack.gatewayUrl}/local/check-prices`, {});
        const { slack, mail } = await alertsAt(stack.gatewayUrl);
        expect([slack.length, mail.length]).toEqual([1, 1]);
      },
      { timeout: 30_000, interval: 100 },
    );
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await stack.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  const looksOf = async (view: View): Promise<{ outer: Look; mails: readonly Look[] }> => {
    page = await browser.open(`${stack.gatewayUrl}/local/mailbox`, view);
    const outer = await page.evaluate<Look>(LOOK);
    const frames = Array.from({ length: await page.frames() }, (_, at) => at);
    const mails = [];
    for (const at of frames) mails.push(await page.evaluate<Look>(LOOK, at));
    return { outer, mails };
  };

  describe.each(VIEWS)('$scheme on a $place', ({ scheme, place }) => {
    const width = WIDTHS[place];
    let looks: { outer: Look; mails: readonly Look[] };
    beforeAll(async () => {
      looks = await looksOf({ scheme, width, height: 844 });
    }, 60_000);

    it('shows the alert in Slack and in an e-mail, each with its picture', () => {
      const { outer, mails } = looks;
      const mail = mails.find(({ text }) => text.includes('BTC/USD crossed above 62000'));
      for (const text of [outer.text, mail?.text]) {
        expect(text).toContain('BTC/USD crossed above 62000');
        expect(text).toContain('62620 USD');
        expect(text).toContain('npx harpoon alerts list');
      }
      for (const look of [outer, mail]) {
        const pictures = look?.pictures ?? [];
        expect(pictures.length).toBeGreaterThan(0);
        for (const { own, shown } of pictures) {
          expect(own).toBe(1200);
          // A third of a telephone's width would leave nothing to read.
          expect(shown).toBeGreaterThan(Math.min(500, 0.75 * width));
        }
      }
    });

    it('has light paper in the light and dark paper in the dark, and text that can be read', () => {
      const { outer, mails } = looks;
      expect(mails.length).toBeGreaterThan(1);
      for (const { paper, faint, texts } of [outer, ...mails]) {
        if (scheme === 'dark') expect(paper).toBeLessThan(0.05);
        else expect(paper).toBeGreaterThan(0.8);
        expect(texts).toBeGreaterThan(5);
        expect(faint).toEqual([]);
      }
    });

    it('cuts nothing off', () => {
      const { outer, mails } = looks;
      for (const { width: room, widthNeeded, cut } of [outer, ...mails]) {
        expect(widthNeeded).toBeLessThanOrEqual(room);
        expect(cut).toEqual([]);
      }
      for (const { height, heightNeeded } of mails) {
        expect(heightNeeded).toBeLessThanOrEqual(height);
      }
    });

    it('is drawn as wide as it is looked at, and as high as it needs', async () => {
      const png = await page.screenshot();
      expect(png.readUInt32BE(16)).toBe(width);
      expect(png.readUInt32BE(20)).toBeGreaterThan(looks.mails[0]?.heightNeeded ?? Infinity);
      if (folder !== undefined) writeFileSync(join(folder, `mailbox-${scheme}-${place}.png`), png);
    });
  });
});
