/** A message, and a Secrets Manager that holds texts. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Message } from '../../../functions/core/notifications/ports.ts';

export const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

/** One notice as a message. */
export function messageOf(some: Partial<Notice> = {}, picture?: Uint8Array): Message {
  const atMs = Date.UTC(2026, 10, 22, 12);
  const notice: Notice = {
    ...{ id: 'alert:ab12:3', atMs, urgency: 'info', channels: [], zone: 'Europe/Berlin' },
    ...{ title: 'BTC/USD crossed above 100000', text: 'The price came from below.', ...some },
    chart: { pair: 'BTC/USD', atMs, levels: [], zone: 'UTC' },
  };
  return { id: notice.id, notices: [notice], ...(picture === undefined ? {} : { picture }) };
}

/** A client that answers with the texts one after the other; an Error fails the call. */
export function secretsOf(...answers: (string | Error)[]) {
  const asked: string[] = [];
  const client = new SecretsManagerClient({ region: 'eu-west-2' });
  client.send = async (command: { input: { SecretId?: string } }) => {
    asked.push(command.input.SecretId ?? '');
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    return { SecretString: answer };
  };
  return { client, asked };
}

/** An error of the AWS SDK by its name. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
