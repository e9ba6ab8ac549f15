/**
 * Slack, by incoming webhooks. An answer in words is what Slack documents:
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
 * What may have arrived is sent again: at least once, with the same id in the message.
 */
import type { Message, Notifier, SendOutcome } from '../../core/notifications/ports.ts';
import { slackMessage } from '../../core/notifications/slack-message.ts';
import type { Clock } from '../../core/ports.ts';
import { postJson, type HttpAnswer } from './post-json.ts';
import type { PictureLinks } from './picture-link.ts';
import type { SlackWebhooks } from './slack-webhook.ts';

/** Bounds of one send: the picture, the post, and a second post without the picture. */
const POST_TIMEOUT_MS = 8_000;
const SEND_MS = 9_500;

/** A second post must have this much time, or the message is left for later. */
const SECOND_POST_MS = 1_500;

/** What sending to Slack needs. */
export interface SlackOptions {
  readonly webhooks: SlackWebhooks;
  /** Absent: messages have no picture. */
  readonly pictures?: PictureLinks | undefined;
  readonly clock: Clock;
  /** Name of the secret by channel. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What to do about the answers that no repetition changes. */
const REMEDIES: Readonly<Record<string, string>> = {
  no_service: 'the webhook was switched off; make a new one and put its URL into the secret',
  no_team: 'the workspace is gone; make a webhook in another and put its URL into the secret',
  team_disabled:
    'the workspace is closed; make a webhook in another and put its URL into the secret',
  invalid_token: 'the URL is not a valid webhook; put the right one into the secret',
  channel_not_found:
    'the channel is gone; make a webhook for another and put its URL into the secret',
  channel_is_archived: 'the channel is archived; restore it or make a webhook for another',
  action_prohibited: 'an administrator of the workspace forbids it; ask them',
  posting_to_general_channel_denied: 'an administrator forbids posting to that channel; ask them',
};

/** The Slack channels of the configuration. */
export function slackNotifier(options: SlackOptions): Notifier {
  return {
    async send(message, channel) {
      try {
        return await send(message, options.secrets[channel] ?? '', options);
      } catch (error) {
        return { kind: 'later', reason: `Slack: ${textOf(error)}` };
      }
    },
  };
}

async function send(
  message: Message,
  secretName: string,
  { webhooks, pictures, clock }: SlackOptions,
): Promise<SendOutcome> {
  const startMs = clock.nowMs();
  const url = await webhooks.of(secretName);
  if (!url.ok) return { kind: 'never', reason: url.error };
  const pictureUrl =
    message.picture === undefined ? undefined : await pictures?.linkTo(message.picture);
  const left = () => SEND_MS - (clock.nowMs() - startMs);
  const post = (link?: string) => {
    const payload = slackMessage(message, { nowMs: clock.nowMs(), pictureUrl: link });
    return postJson(url.value, payload, Math.max(1, Math.min(POST_TIMEOUT_MS, left())));
  };
  const answer = await post(pictureUrl);
  // Slack fetches the picture while it takes the message, and refuses the whole if it cannot.
  if (answer.status !== 400 || pictureUrl === undefined) return outcomeOf(answer);
  return left() < SECOND_POST_MS
    ? { kind: 'later', reason: 'Slack: the picture was refused' }
    : outcomeOf(await post());
}

function outcomeOf({ status, headers, body }: HttpAnswer): SendOutcome {
  if (status === 200) return { kind: 'delivered' };
  // Only a word of Slack's own: an answer could repeat the address.
  const word = /^[a-z_]{1,60}$/.exec(body.trim())?.[0];
  const reason = `Slack: HTTP ${status}${word === undefined ? '' : ` ${word}`}`;
  if (status === 429) return { kind: 'later', reason, ...patience(headers['retry-after']) };
  const remedy = word === undefined ? undefined : REMEDIES[word];
  if (remedy !== undefined) return { kind: 'never', reason: `${reason}: ${remedy}` };
  const mayWorkLater = status >= 500 || status === 408 || status === 425;
  if (mayWorkLater) return { kind: 'later', reason };
  if (status >= 300 && status < 400) {
    return { kind: 'never', reason: `${reason}: redirects are not followed; correct the secret` };
  }
  return { kind: 'never', reason };
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3); Slack sends no dates. */
function patience(header: string | string[] | undefined): { retryAfterMs?: number } {
  if (typeof header !== 'string' || !/^\d{1,6}$/.test(header)) return {};
  return { retryAfterMs: Number(header) * 1_000 };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
