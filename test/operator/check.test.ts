import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../operator/check.ts';
import { MOST_BYTES } from '../../operator/config/compile.ts';

const EXAMPLE = fileURLToPath(new URL('../../harpoon.yaml', import.meta.url));

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harpoon-check-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const code = check(args, {
    stdout: (text) => (written.out += text),
    stderr: (text) => (written.err += text),
  });
  return { code, ...written };
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const WRONG = 'accounts: { main: { mode: paper } }\nsources: { a: { auth: x, size: signal } }\n';

describe('npm run check', () => {
  it('summarises a right file: modes, rails, addresses of the webhooks, what is missing', () => {
    const { code, out, err } = run(EXAMPLE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('account main: paper (simulated fills at public prices, no key is read)');
    expect(out).toContain('maxOrder 500 USD, maxPosition 2000 USD');
    expect(out).toContain('maxSpread 0.5%');
    expect(out).toContain('POST /hook/btc-trend/<token>');
    expect(out).toContain('POST /hook/voice-of-chain/<token>, from any address');
    expect(out).toContain('main: no secret; validate needs the name of its keys');
  });

  it('reads harpoon.yaml of the folder it is called in when no file is named', () => {
    expect(run().out.split('\n')[0]).toBe('harpoon.yaml is right.');
  });

  it('says when an account is live, and which of its limits are open', () => {
    const text = [
      'accounts: { main: { mode: live, secret: k, rails: { pairs: [BTC/USD] } } }',
      'sources: { a: { auth: tradingview, accounts: [main], size: { equity: 1% } } }',
      'channels: { me: { email: me@example.com } }',
    ];
    const { code, out } = run(write('live.yaml', text.join('\n')));
    expect(code).toBe(0);
    expect(out).toContain('account main: LIVE (trades at Kraken)');
    expect(out).toContain('main: no maxOrder; one order may be of any size');
    expect(out).toContain('main: no maxDaily; a day may add any risk');
  });

  it.each([
    ['{ funds: { USD: 5000, BTC: 0.1 } }', 'paper: begins with 5000 USD, 0.1 BTC\n'],
    ['{ fees: { taker: 0.4 } }', 'paper: begins with the usual funds, taker fee 0.4%\n'],
  ])('says what a paper account begins with and pays: %s', (paper, line) => {
    const text = [
      `accounts: { main: { mode: paper, paper: ${paper} } }`,
      'sources: { a: { auth: tradingview, accounts: [main], size: { equity: 1% } } }',
    ];
    expect(run(write('paper.yaml', text.join('\n'))).out).toContain(line);
  });

  it('warns of a paper account without rails and of a file without channels', () => {
    const text =
      'accounts: { a: { mode: paper, secret: k } }\nsources: { s: { auth: tradingview, accounts: [a], size: { base: 1 } } }';
    const { out } = run(write('bare.yaml', text));
    expect(out).toContain('rails: none');
    expect(out).toContain('size: 1 of the base asset');
    expect(out).toContain('tells nobody');
    expect(out).toContain('a: no rails; validate needs them');
    expect(out).toContain('no channel: nobody would hear of an order');
  });

  it('lists all faults on stderr with the name of the file and ends with 1', () => {
    const path = write('wrong.yaml', WRONG);
    const { code, out, err } = run(path);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      `${path}:2:12  sources.a.accounts  is missing. Add accounts: [main].\n` +
        `${path}:2:17  sources.a.auth  is "x". Write tradingview or standard-webhooks or { stripe: x-signature } or { github: x-signature } or { tokenHeader: x-api-key } or { tokenField: token }.\n` +
        '2 faults\n',
    );
  });

  it('prints one JSON object with --json, right or wrong', () => {
    const right = run(EXAMPLE, '--json');
    expect(right.code).toBe(0);
    expect(JSON.parse(right.out)).toMatchObject({
      ok: true,
      file: EXAMPLE,
      config: { version: 1, accounts: { main: { mode: 'paper' } } },
      missing: [expect.stringContaining('no secret')],
    });
    const wrong = run('--json', write('wrong.yaml', WRONG));
    expect({ code: wrong.code, err: wrong.err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(wrong.out)).toMatchObject({
      ok: false,
      faults: [
        { line: 2, column: 12, path: 'sources.a.accounts' },
        { line: 2, column: 17, path: 'sources.a.auth' },
      ],
    });
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none.yaml'), 'there is no such file'],
    ['a folder', () => folder, 'not a file'],
    ['bytes that are no text', () => write('bytes', Buffer.of(0xff, 0xfe, 0x00)), 'not UTF-8 text'],
    ['a huge file', () => write('huge', Buffer.alloc(MOST_BYTES + 1, '#')), 'larger than 256 KiB'],
  ])('treats %s as a fault', (_, path, words) => {
    const { code, err } = run(path());
    expect(code).toBe(1);
    expect(err).toContain(words);
  });

  it('reads a file that begins with a byte order mark', () => {
    const text =
      '\ufeffaccounts: { a: { mode: paper } }\nsources: { s: { auth: tradingview, accounts: [a], size: signal } }';
    expect(run(write('bom.yaml', text)).code).toBe(0);
  });

  it('explains itself with --help, and on a wrong call with 2', () => {
    expect(run('--help')).toMatchObject({ code: 0, err: '' });
    expect(run('-h').out).toContain('usage: npm run check');
    expect(run('--jason')).toMatchObject({ code: 2, out: '' });
    expect(run('a.yaml', 'b.yaml').err).toContain('name one file');
  });
});
