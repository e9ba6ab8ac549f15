import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { slackNotifier } from '../../../functions/adapters/notify/slack.ts';
import { slackWebhooks, webhookUrl } from '../../../functions/adapters/notify/slack-webhook.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { startStandIn, type StandIn } from './http-stand-in.ts';
import { awsError, messageOf, PNG, secretsOf } from './notify-fixture.ts';

const PATH = '/services/T000/B000/very-secret-part';
let slack: StandIn;

beforeAll(async () => {
  slack = await startStandIn();
});
afterAll(() => slack.close());
beforeEach(() => {
  slack.asked.length = 0;
  slack.answer((_asked, response) => void response.end('ok'));
});

function notifier(options: { secret?: string | Error; link?: string } = {}) {
  const clock = fakeClock();
  const { secret = JSON.stringify({ url: slack.origin + PATH }), link } = options;
  const { client, asked } = secretsOf(secret);
  const each = slackNotifier({
    webhooks: slackWebhooks(client, clock),
    clock,
    secrets: { ops: 'harpoon/slack' },
    ...(link === undefined ? {} : { pictures: { linkTo: async () => link } }),
  });
  return { ...each, clock, secretsAsked: asked };
}

/** Answers every request like this. */
function answering(status: number, body: string, headers: Record<string, string> = {}): void {
  slack.answer((_asked, response) => void response.writeHead(status, headers).end(body));
}

describe('a message to Slack', () => {
  it('is posted as JSON to the address of the secret', async () => {
    const all = notifier();
    expect(await all.send(messageOf(), 'ops')).toEqual({ kind: 'delivered' });
    expect(all.secretsAsked).toEqual(['harpoon/slack']);
    const [post] = slack.asked;
    expect(post).toMatchObject({ method: 'POST', url: PATH });
    expect(post?.headers['content-type']).toBe('application/json; charset=utf-8');
    const body = JSON.parse(post?.body.toString('utf8') ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({ unfurl_links: false, link_names: false });
    expect(JSON.stringify(body)).toContain('Notification alert:ab12:3');
  });

  it('has its picture by a link', async () => {
    const all = notifier({ link: 'https://bucket.example/p.png' });
    expect(await all.send(messageOf({}, PNG), 'ops')).toEqual({ kind: 'delivered' });
    expect(slack.asked[0]?.body.toString()).toContain('"image_url":"https://bucket.example/p.png"');
  });

  it('goes without its picture when Slack cannot fetch it', async () => {
    slack.answer(({ body }, response) => {
      const isPictured = body.includes('image_url');
      response.writeHead(isPictured ? 400 : 200).end(isPictured ? 'invalid_blocks' : 'ok');
    });
    const all = notifier({ link: 'https://bucket.example/p.png' });
    expect(await all.send(messageOf({}, PNG), 'ops')).toEqual({ kind: 'delivered' });
    expect(slack.asked).toHaveLength(2);
  });
});

describe('an answer of Slack', () => {
  it.each([
    [429, 'rate_limited', { 'Retry-After': '30' }, { kind: 'later', retryAfterMs: 30_000 }],
    [429, 'rate_limited', {}, { kind: 'later' }],
    [429, '', { 'Retry-After': 'soon' }, { kind: 'later' }],
    [500, 'rollup_error', {}, { kind: 'later' }],
    [503, '<html>', {}, { kind: 'later' }],
    [404, 'no_service', {}, { kind: 'never' }],
    [403, 'invalid_token', {}, { kind: 'never' }],
    [403, 'action_prohibited', {}, { kind: 'never' }],
    [410, 'channel_is_archived', {}, { kind: 'never' }],
    [400, 'invalid_payload', {}, { kind: 'never' }],
    [302, '', { Location: 'http://127.0.0.1:1/elsewhere' }, { kind: 'never' }],
  ])('%d %s %o is understood', async (status, body, headers, outcome) => {
    answering(status, body, headers);
    const got = await notifier().send(messageOf(), 'ops');
    expect(got).toMatchObject(outcome);
    expect('retryAfterMs' in got).toBe('retryAfterMs' in outcome);
    expect(slack.asked).toHaveLength(1);
    expect(JSON.stringify(got)).not.toContain('very-secret-part');
  });

  it('that is for good says what to do', async () => {
    answering(404, 'no_service\n');
    expect(await notifier().send(messageOf(), 'ops')).toMatchObject({
      reason: expect.stringMatching(/^Slack: HTTP 404 no_service: .*make a new one/) as string,
    });
  });

  it('that echoes the address is not repeated', async () => {
    answering(400, `cannot read ${slack.origin}${PATH}`);
    const outcome = await notifier().send(messageOf(), 'ops');
    expect(JSON.stringify(outcome)).not.toContain('very-secret-part');
  });

  it('that never comes whole leaves the message for later', async () => {
    slack.answer((_asked, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('o');
      response.destroy();
    });
    const outcome = await notifier().send(messageOf(), 'ops');
    expect(outcome).toMatchObject({ kind: 'later' });
    expect(JSON.stringify(outcome)).not.toContain('very-secret-part');
  });

  it('that cannot come, since nobody listens, leaves the message for later', async () => {
    const gone = await startStandIn();
    await gone.close();
    const secret = JSON.stringify({ url: gone.origin + PATH });
    expect(await notifier({ secret }).send(messageOf(), 'ops')).toEqual({
      kind: 'later',
      reason: 'Slack: no connection or no whole answer (ECONNREFUSED)',
    });
  });
});

describe('the secret of a webhook', () => {
  it.each([
    'https://hooks.slack.com/services/T/B/x',
    'https://hooks.slack-gov.com/services/T/B/x',
    'http://127.0.0.1:8787/local/slack/ops',
    'http://[::1]:8787/x',
  ])('may be %s', (url) => {
    const read = webhookUrl(url);
    expect(read.ok && read.value.reveal()).toBe(url);
  });

  it.each([
    'http://hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com.evil.example/services/T/B/x',
    'https://evil.example/services/T/B/x',
    'https://hooks.slack.com:8443/services/T/B/x',
    'https://hooks.slack.com@evil.example/services/T/B/x',
    'https://me:pass@hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com/',
    'http://10.0.0.1/services/T/B/x',
    'http://127.0.0.1.evil.example/x',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'services/T/B/x',
    '',
    7,
    undefined,
  ])('may not be %s, and the error does not repeat it', (url) => {
    const read = webhookUrl(url);
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).not.toContain('T/B/x');
  });

  it.each([
    ['not JSON very-secret-part'],
    ['"very-secret-part"'],
    ['null'],
    [JSON.stringify({ url: 'https://evil.example/very-secret-part' })],
  ])('of another form (%s) is told at once, without its text', async (secret) => {
    const outcome = await notifier({ secret }).send(messageOf(), 'ops');
    expect(outcome).toMatchObject({ kind: 'never' });
    expect(JSON.stringify(outcome)).toContain('harpoon/slack');
    expect(JSON.stringify(outcome)).not.toContain('very-secret-part');
    expect(slack.asked).toEqual([]);
  });

  it('that is missing is told at once; one that cannot be asked for is tried again', async () => {
    const missing = awsError('ResourceNotFoundException', 'no such secret');
    expect(await notifier({ secret: missing }).send(messageOf(), 'ops')).toMatchObject({
      kind: 'never',
    });
    const busy = awsError('ThrottlingException', 'slow down');
    expect(await notifier({ secret: busy }).send(messageOf(), 'ops')).toMatchObject({
      kind: 'later',
    });
  });

  it('is kept for a minute, so that a new one is soon used', async () => {
    const all = notifier();
    await all.send(messageOf(), 'ops');
    await all.send(messageOf(), 'ops');
    expect(all.secretsAsked).toHaveLength(1);
    all.clock.advance(60_000);
    await all.send(messageOf(), 'ops');
    expect(all.secretsAsked).toHaveLength(2);
  });
});
