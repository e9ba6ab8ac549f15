/**
 * E-mail through the real SES client: against aws-ses-v2-local, which reads the message as a mail
 * program would, and against a server that keeps the bytes and can refuse.
 */
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emailNotifier, type Mailbox } from '../../../functions/adapters/notify/email.ts';
import { unlinked } from '../../../functions/core/notifications/clean-text.ts';
import type { Message } from '../../../functions/core/notifications/ports.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { startStandIn, type StandIn } from './http-stand-in.ts';
import { messageOf, PNG } from './notify-fixture.ts';

const MAILBOX: Mailbox = { to: 'me@example.com', from: 'harpoon@example.org' };

function notifier(endpoint: string, mailbox: Mailbox = MAILBOX) {
  const client = new SESv2Client({
    ...{ endpoint, region: 'eu-central-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return emailNotifier({ client, clock: fakeClock(), mailboxes: { me: mailbox } });
}

/** A CommonJS package: Node and vitest find its default export in different places. */
const { default: start } = createRequire(import.meta.url)('aws-ses-v2-local') as {
  readonly default: (config: { host: string; port: number }) => Promise<Server>;
};

/** What aws-ses-v2-local keeps of a message. */
interface StoredMail {
  readonly from: string;
  readonly destination: { readonly to: readonly string[] };
  readonly subject: string;
  readonly body: { readonly html?: string; readonly text?: string };
}

describe('an e-mail, as a mail program reads it', () => {
  let server: Server;
  let endpoint: string;
  beforeAll(async () => {
    server = await start({ host: '127.0.0.1', port: 0 });
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const delivered = async (message: Message): Promise<StoredMail> => {
    await fetch(`${endpoint}/clear-store`, { method: 'POST' });
    expect(await notifier(endpoint).send(message, 'me')).toEqual({ kind: 'delivered' });
    const store = (await (await fetch(`${endpoint}/store`)).json()) as { emails: StoredMail[] };
    expect(store.emails).toHaveLength(1);
    return store.emails[0] as StoredMail;
  };

  it('has sender, recipient, subject, text and HTML', async () => {
    const mail = await delivered(messageOf());
    expect(mail).toMatchObject({
      from: '"Harpoon" <harpoon@example.org>',
      destination: { to: ['me@example.com'] },
      subject: 'BTC/USD crossed above 100000',
    });
    expect(mail.body.text).toContain('Notification alert:ab12:3');
    expect(mail.body.html).toContain('The price came from below.');
  });

  it('shows its picture inside the HTML', async () => {
    const mail = await delivered(messageOf({}, PNG));
    // The mail program has put the attached picture where the HTML refers to it.
    expect(mail.body.html).toContain(
      `src="data:image/png;base64,${Buffer.from(PNG).toString('base64')}"`,
    );
  });

  it('keeps every character of a subject that is not ASCII', async () => {
    const title = 'Preis über 100 000 € – BTC/USD 🚀 '.repeat(3).trim();
    expect((await delivered(messageOf({ title }))).subject).toBe(title);
  });

  it('takes no header and no recipient from a text', async () => {
    const title = 'Hello\r\nBcc: thief@evil.example\r\nX-Evil: 1';
    const mail = await delivered(messageOf({ title, id: 'a\r\nCc: thief@evil.example' }));
    expect(mail.destination).toEqual({ to: ['me@example.com'], cc: [], bcc: [] });
    expect(mail.subject.replaceAll('\u2060', '')).toBe('Hello Bcc: thief@evil.example X-Evil: 1');
  });
});

describe('an e-mail, as it is sent', () => {
  let sesLike: StandIn;
  beforeAll(async () => {
    sesLike = await startStandIn();
  });
  afterAll(() => sesLike.close());
  beforeEach(() => {
    sesLike.asked.length = 0;
    sesLike.answer((_asked, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"MessageId":"1"}');
    });
  });

  const sent = async (message: Message): Promise<string> => {
    expect(await notifier(sesLike.origin).send(message, 'me')).toEqual({ kind: 'delivered' });
    const body = JSON.parse(sesLike.asked.at(-1)?.body.toString() ?? '') as {
      FromEmailAddress: string;
      Destination: { ToAddresses: string[] };
      Content: { Raw: { Data: string } };
    };
    expect(body.FromEmailAddress).toBe('harpoon@example.org');
    expect(body.Destination).toEqual({ ToAddresses: ['me@example.com'] });
    return Buffer.from(body.Content.Raw.Data, 'base64').toString('latin1');
  };
  const headersOf = (mime: string): readonly string[] =>
    (mime.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n');

  it('names itself by the dedup id, and is the same when it is sent again', async () => {
    const first = await sent(messageOf({}, PNG));
    const headers = headersOf(first);
    expect(headers).toContain('X-Harpoon-ID: alert:ab12:3');
    expect(headers).toContain('Auto-Submitted: auto-generated');
    expect(headers.join('\n')).toMatch(/Message-ID: <[0-9a-f]{32}@example\.org>/);
    expect(await sent(messageOf({}, PNG))).toBe(first);
    expect(headersOf(await sent(messageOf({ id: 'other' }))).join()).not.toContain('ab12');
  });

  it('of a page is marked as important, another is not', async () => {
    expect(headersOf(await sent(messageOf({ urgency: 'page' })))).toContain('Importance: high');
    expect((await sent(messageOf())).includes('Importance')).toBe(false);
  });

  it('has lines that every server takes', async () => {
    const text = `${'word '.repeat(2_000)}\n${'x'.repeat(5_000)}`;
    const mime = await sent(messageOf({ text, title: 'T'.repeat(5_000) }, PNG));
    const lines = mime.split('\r\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(998);
    expect(mime.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each([
    { to: 'me@example.com, thief@evil.example' },
    { to: 'me@example.com\r\nBcc: thief@evil.example' },
    { to: 'Me <me@example.com>' },
    { to: '' },
    { from: 'x@y\n' },
  ])('goes to no address like %o', async (wrong) => {
    const outcome = await notifier(sesLike.origin, { ...MAILBOX, ...wrong }).send(
      messageOf(),
      'me',
    );
    expect(outcome).toMatchObject({ kind: 'never' });
    expect(sesLike.asked).toEqual([]);
  });

  it('tells how to verify an address by a command that can be copied from another channel', async () => {
    sesLike.answer((_asked, response) => {
      response.writeHead(400, { 'x-amzn-errortype': 'MessageRejected' }).end('{}');
    });
    const outcome = await notifier(sesLike.origin).send(messageOf(), 'me');
    const [command = ''] = /aws .*(?=\))/.exec('reason' in outcome ? outcome.reason : '') ?? [];
    expect(command).toContain('create-email-identity');
    expect(unlinked(command)).toBe(command);
  });

  it.each([
    [400, 'MessageRejected', 'Email address is not verified.', 'never', /create-email-identity/],
    [400, 'MailFromDomainNotVerifiedException', 'not verified', 'never', /verify harpoon@/],
    [403, 'AccessDeniedException', 'not authorized', 'never', /deploy again/],
    [400, 'AccountSuspendedException', 'suspended', 'never', /AWS support/],
    [429, 'TooManyRequestsException', 'Maximum sending rate exceeded', 'later', /rate/],
    [400, 'LimitExceededException', 'quota', 'later', /quota/],
    [400, 'SendingPausedException', 'paused', 'later', /paused/],
    [500, 'InternalServiceErrorException', 'sorry', 'later', /sorry/],
    [503, 'ServiceUnavailable', 'sorry', 'later', /sorry/],
  ])('that SES answers with %d %s ends %s %s', async (status, name, text, kind, reason) => {
    sesLike.answer((_asked, response) => {
      response
        .writeHead(status, { 'Content-Type': 'application/json', 'x-amzn-errortype': name })
        .end(JSON.stringify({ message: text }));
    });
    const outcome = await notifier(sesLike.origin).send(messageOf(), 'me');
    expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(reason) as string });
    // The outbox repeats, the client does not.
    expect(sesLike.asked).toHaveLength(1);
  });
});
