/** The mailbox behind the gateway: a page for people, JSON for tests, and trouble on demand. */
import type { Route } from '../gateway.ts';
import type { Mailbox } from './mailbox.ts';
import { mailboxPage, PAGE_POLICY } from './page.ts';
import type { SlackStandIn, SlackTrouble } from './slack-stand-in.ts';

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
      method: 'POST',
      path: '/local/mailbox/slack-trouble',
      handler: async ({ body }) => {
        slack.trouble(JSON.parse(body ?? '{}') as SlackTrouble);
        return { statusCode: 200, body: '{"done":true}' };
      },
    },
  ];
}
