/**
 * Every channel of harpoon.yaml behind one notifier. Clients are made when the function is loaded
 * and keep their connections.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Channel, Config } from '../../core/config.ts';
import type { Notifier } from '../../core/notifications/ports.ts';
import type { Clock, Ids, Log } from '../../core/ports.ts';
import { AWS_LIMITS } from '../aws-limits.ts';
import { emailNotifier } from './email.ts';
import { pictureLinks, type PictureLinks } from './picture-link.ts';
import { slackNotifier } from './slack.ts';
import { slackWebhooks } from './slack-webhook.ts';

/** What the channels are made of. */
export interface ChannelOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Bucket of the pictures that Slack fetches; absent: messages to Slack have none. */
  readonly pictures?: string | undefined;
}

/**
 * A send is tried once: the outbox repeats it. The SDK would repeat a message that arrived late, and
 * with it what the person reads.
 */
const SEND_ONCE = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 7_000, throwOnRequestTimeout: true },
} as const;

/** The notifier of all channels. */
export function channelNotifier(options: ChannelOptions): Notifier {
  const { config, clock } = options;
  const client = new SecretsManagerClient(AWS_LIMITS);
  const slack = slackNotifier({
    webhooks: slackWebhooks(client, clock),
    pictures: linksTo(options),
    secrets: pick(config, (channel) => ('slack' in channel ? channel.slack : undefined)),
    clock,
  });
  const email = emailNotifier({
    client: new SESv2Client(SEND_ONCE),
    mailboxes: pick(config, mailboxOf),
    clock,
  });
  return {
    async send(message, channel) {
      const kind = config.channels[channel];
      if (kind === undefined) return { kind: 'never', reason: `there is no channel ${channel}` };
      return 'slack' in kind ? slack.send(message, channel) : email.send(message, channel);
    },
  };
}

function mailboxOf(channel: Channel): { readonly to: string; readonly from: string } | undefined {
  if (!('email' in channel)) return undefined;
  return { to: channel.email, from: channel.from ?? channel.email };
}

function linksTo({ pictures, ids, log }: ChannelOptions): PictureLinks | undefined {
  if (pictures === undefined || pictures === '') return undefined;
  // Another endpoint, as in the local stack, has no host name for each bucket.
  const forcePathStyle = process.env['AWS_ENDPOINT_URL_S3'] !== undefined;
  const client = new S3Client({ ...AWS_LIMITS, forcePathStyle });
  return pictureLinks({ client, bucket: pictures, ids, log });
}

/** By channel, what a reader finds in it. */
function pick<T>(
  { channels }: Config,
  read: (channel: Channel) => T | undefined,
): Readonly<Record<string, T>> {
  const found = Object.entries(channels).flatMap(([name, channel]) => {
    const value = read(channel);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}
