/**
 * E-mail by Amazon SES (API v2), as a whole MIME message because of the picture in it. Who gets it
 * comes from harpoon.yaml alone. SES gives a message a Message-ID and a Date of its own
 * (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html); the dedup id stands in the text and
 * in X-Harpoon-ID.
 */
import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import MailComposer from 'nodemailer/lib/mail-composer';
import { sha256 } from '../../core/hash.ts';
import { mailMessage, PICTURE_CID } from '../../core/notifications/mail-message.ts';
import type { Message, Notifier, SendOutcome } from '../../core/notifications/ports.ts';
import type { Clock } from '../../core/ports.ts';

/** An e-mail address of harpoon.yaml, and the one that SES sends from. */
export interface Mailbox {
  readonly to: string;
  readonly from: string;
}

/** What sending e-mail needs. */
export interface EmailOptions {
  readonly client: SESv2Client;
  readonly clock: Clock;
  readonly mailboxes: Readonly<Record<string, Mailbox>>;
}

/** One address, nothing else: no list, no display name, no control character. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[A-Za-z0-9.-]{1,255}$/u;

/** The e-mail channels of the configuration. */
export function emailNotifier({ client, clock, mailboxes }: EmailOptions): Notifier {
  return {
    async send(message, channel) {
      const mailbox = mailboxes[channel];
      if (mailbox === undefined || !ADDRESS.test(mailbox.to) || !ADDRESS.test(mailbox.from)) {
        return { kind: 'never', reason: `E-mail: channel ${channel} has no usable address` };
      }
      try {
        const raw = await mimeOf(message, mailbox, clock.nowMs());
        await client.send(
          new SendEmailCommand({
            FromEmailAddress: mailbox.from,
            Destination: { ToAddresses: [mailbox.to] },
            Content: { Raw: { Data: raw } },
          }),
        );
        return { kind: 'delivered' };
      } catch (error) {
        return outcomeOf(error, mailbox);
      }
    },
  };
}

/** The message as it travels (RFC 5322, RFC 2387 for the picture beside the HTML). */
function mimeOf(message: Message, { to, from }: Mailbox, nowMs: number): Promise<Buffer> {
  const { subject, text, html, id } = mailMessage(message, nowMs);
  const isPage = message.notices.some(({ urgency }) => urgency === 'page');
  const name = sha256(`${to} ${message.id}`).slice(0, 32);
  const composer = new MailComposer({
    from: { name: 'Harpoon', address: from },
    to: { name: '', address: to },
    subject,
    text,
    html,
    date: new Date(nowMs),
    messageId: `<${name}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    baseBoundary: name,
    headers: {
      'X-Harpoon-ID': id,
      // Away notices must not answer (RFC 3834, 5).
      'Auto-Submitted': 'auto-generated',
      ...(isPage ? { Importance: 'high', 'X-Priority': '1' } : {}),
    },
    attachments:
      message.picture === undefined
        ? []
        : [
            {
              ...{ filename: 'chart.png', contentType: 'image/png', cid: PICTURE_CID },
              ...{ content: Buffer.from(message.picture), contentDisposition: 'inline' },
            },
          ],
    ...{ newline: 'win', disableFileAccess: true, disableUrlAccess: true },
  });
  return composer.compile().build();
}

/**
 * What SES says when no repetition helps, and what to do.
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
 */
const REMEDIES: Readonly<Record<string, (mailbox: Mailbox) => string>> = {
  MessageRejected: verify,
  MailFromDomainNotVerifiedException: verify,
  AccountSuspendedException: () => 'AWS has suspended sending for this account; ask AWS support',
  AccessDeniedException: () =>
    'the function may not send from this address; deploy again so that its rights follow harpoon.yaml',
  BadRequestException: () =>
    'SES does not take this message; look at the addresses in harpoon.yaml',
};

function verify({ from, to }: Mailbox): string {
  const both = from === to ? from : `${from}, and ${to} as long as the account is in the sandbox`;
  // Told by another channel, which takes the link out of an address: a command with it is none to copy.
  return `verify ${both}: aws sesv2 create-email-identity --email-identity ADDRESS`;
}

function outcomeOf(error: unknown, mailbox: Mailbox): SendOutcome {
  const name = error instanceof Error ? error.name : 'Error';
  const text = error instanceof Error ? error.message : String(error);
  const reason = `E-mail: ${name}: ${text}`;
  const remedy = REMEDIES[name];
  if (remedy === undefined) return { kind: 'later', reason };
  return { kind: 'never', reason: `${reason} (${remedy(mailbox)})` };
}
