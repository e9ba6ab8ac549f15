/** What a local stack's mailbox holds of price alerts, as a person would see it. */
import type { Delivered } from '../../../infra/local/mailbox/mailbox.ts';
import { get } from './stack-process.ts';

/** A message to Slack. */
export interface SlackAlert {
  readonly id: string;
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

interface SlackBlock {
  readonly type: string;
  readonly text?: { readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly elements?: readonly { readonly text: string }[];
  readonly image_url?: string;
  readonly alt_text?: string;
}

/** An e-mail. */
export interface MailAlert {
  readonly id: string;
  readonly subject: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly html: string;
}

/** Alerts that reached people, oldest first. */
export interface Alerts {
  readonly slack: readonly SlackAlert[];
  readonly mail: readonly MailAlert[];
}

/** Reads the mailbox; what is no price alert is left out. */
export async function alertsAt(gatewayUrl: string): Promise<Alerts> {
  const all = (await get<readonly Delivered[]>(`${gatewayUrl}/local/mailbox.json`)).toReversed();
  const slack = all.flatMap((one) => (one.kind === 'slack' ? [one.payload as SlackAlert] : []));
  const mail = all.flatMap((one) => (one.kind === 'mail' ? [one] : []));
  return {
    slack: slack.flatMap((one) => withId(one, JSON.stringify(one.blocks))),
    mail: mail.flatMap((one) => withId(one, one.text)),
  };
}

function withId<T>(one: T, told: string): readonly (T & { readonly id: string })[] {
  const [, id] = /Notification (alert:[^\s"]+)/.exec(told) ?? [];
  return id === undefined ? [] : [{ ...one, id }];
}
