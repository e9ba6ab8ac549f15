/** The channels of a configuration, through real clients and sockets, delivered by the use case. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelNotifier } from '../../../functions/adapters/notify/channels.ts';
import type { Config } from '../../../functions/core/config.ts';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import { config, world } from '../../core/notifications/delivery-fixture.ts';
import { fakeIds } from '../../fakes/ids.ts';
import { startStandIn, type StandIn } from './http-stand-in.ts';
import { messageOf } from './notify-fixture.ts';

const CHANNELS: Config['channels'] = {
  ops: { slack: 'harpoon/slack' },
  me: { email: 'me@example.com' },
  desk: { email: 'desk@example.com', from: 'harpoon@example.org' },
};

let slack: StandIn;
let aws: StandIn;

beforeEach(async () => {
  [slack, aws] = await Promise.all([startStandIn(), startStandIn()]);
  // One server stands for Secrets Manager, S3 and SES.
  aws.answer(({ headers, method }, response) => {
    const isSecret = String(headers['x-amz-target']).startsWith('secretsmanager');
    const secret = { SecretString: JSON.stringify({ url: `${slack.origin}/ops` }) };
    const answer = isSecret ? secret : { MessageId: '1' };
    response.end(method === 'PUT' ? undefined : JSON.stringify(answer));
  });
  const environment = { AWS_ENDPOINT_URL: aws.origin, AWS_ENDPOINT_URL_S3: aws.origin };
  const account = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  };
  for (const [name, value] of Object.entries({ ...environment, ...account })) {
    vi.stubEnv(name, value);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([slack.close(), aws.close()]);
});

function delivering(pictures?: string) {
  const all = world({ channels: CHANNELS });
  const { clock, log } = all;
  const notifier = channelNotifier({
    ...{ config: config(CHANNELS), clock, log, ids: fakeIds(), pictures },
  });
  return { ...all, deps: { ...all.deps, notifier } };
}

const mails = () =>
  aws.asked
    .filter(({ url }) => url.includes('outbound-emails'))
    .map(({ body }) => {
      const { FromEmailAddress: from, Destination: to } = JSON.parse(body.toString()) as {
        FromEmailAddress: string;
        Destination: { ToAddresses: string[] };
      };
      return { from, to: to.ToAddresses };
    });

describe('a notice', () => {
  it('reaches Slack and every mailbox, each from its own sender', async () => {
    const all = delivering();
    const { id } = await all.put();
    expect(await deliverNotifications(all.deps)).toEqual({
      ...{ messages: 3, delivered: 3, later: 0, dead: 0 },
    });
    expect(slack.asked.map(({ url }) => url)).toEqual(['/ops']);
    expect(slack.asked[0]?.body.toString()).toContain(`Notification ${id}`);
    expect(mails().sort((a, b) => a.from.localeCompare(b.from))).toEqual([
      { from: 'harpoon@example.org', to: ['desk@example.com'] },
      { from: 'me@example.com', to: ['me@example.com'] },
    ]);
  });

  it('has its picture in Slack by a link into the bucket, where there is one', async () => {
    const chart = { pair: 'BTC/USD', atMs: Date.UTC(2026, 10, 22), levels: [], zone: 'UTC' };
    for (const bucket of ['pictures-1', undefined]) {
      const all = delivering(bucket);
      await all.put({ chart, channels: ['ops'] });
      await deliverNotifications(all.deps);
    }
    const [linked, plain] = slack.asked.map(({ body }) => body.toString());
    expect(linked).toContain(`"image_url":"${aws.origin}/pictures-1/pictures/`);
    expect(plain).not.toContain('image_url');
  });

  it('that Slack takes no more is told by e-mail, and no log line has the address', async () => {
    slack.answer((_asked, response) => void response.writeHead(404).end('no_service'));
    const all = delivering();
    await all.put({ channels: ['ops'], title: 'Only for Slack' });
    await deliverNotifications(all.deps);
    expect(mails()).toHaveLength(2);
    expect(all.store.entry('delivery:notice:1:ops').notice.text).toContain('Only for Slack');
    expect(all.log.lines.join('\n')).not.toContain(slack.origin);
    expect(JSON.stringify(all.store.entries())).not.toContain(slack.origin);
  });

  it('for a channel that the configuration does not have is never taken', async () => {
    const { notifier } = delivering().deps;
    expect(await notifier.send(messageOf(), 'gone')).toMatchObject({ kind: 'never' });
  });
});
