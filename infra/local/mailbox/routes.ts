/** The mailbox behind the gateway: a page for people, JSON for tests, and trouble on demand. */
import type { Route } from '../gateway.ts';
import type { Mailbox } from './mailbox.ts';
import { mailboxPage, PAGE_POLICY } from './page.ts';
import type { SlackStandIn } from './slack-stand-in.ts';

/** The routes under `/local/mailbox`. */
export function mailboxRoutes(mailbox: Mailbox, slack: SlackStandIn): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/local/mailbox',
      handler: async () => ({
        statusCode: 200,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': PAGE_POLICY,
        },
        body: mailboxPage(mailbox.messages),
      }),
    },
    {
      method: 'GET',
      path: '/local/mailbox.json',
      handler: async () => ({
        statusCode: 200,
        body: `${JSON.stringify(mailbox.messages, null, 2)}\n`,
      }),
    },
    {
      method: 'GET',
      path: '/local/mailbox/slack-trouble',
      handler: async () => ({ statusCode: 200, body: JSON.stringify({ met: slack.troubled }) }),
    },
    {
      method: 'POST',
      path: '/local/mailbox/slack-trouble',
      handler: async ({ body }) => {
        try {
          slack.trouble(JSON.parse(body ?? '{}'));
          return { statusCode: 200, body: '{"done":true}' };
        } catch (error) {
          if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
          return { statusCode: 400, body: JSON.stringify({ error: error.message }) };
        }
      },
    },
  ];
}
