/** Every way to prove a sender, over HTTP through the local gateway, with the printed command. */
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../functions/core/config.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { startGateway, type Gateway } from '../../../infra/local/gateway.ts';
import { madeUpSource } from '../../../infra/local/made-up-keys.ts';
import { curlFor } from '../../../infra/local/try-this.ts';
import { AUTHS } from '../../adapters/webhook/proofs.ts';
import { harness } from '../../functions/receive-signal/harness.ts';

interface Sent {
  readonly url: string;
  /** As they go over the wire; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

let gateway: Gateway | undefined;
afterEach(async () => gateway?.close());

/** The local gateway before the webhook, and the command that is printed for its source. */
async function serving(auth: Auth) {
  const made = madeUpSource(auth);
  const secrets = made.secrets.map(({ value }) => ({ value: new Secret(value) }));
  const webhook = harness({
    source: { auth, allowFrom: ['127.0.0.1'] },
    secrets: { of: async () => ({ token: new Secret(made.token), secrets }) },
  });
  gateway = await startGateway({
    port: 0,
    routes: [{ method: 'POST', path: '/hook/{source}/{token}', handler: webhook.serve }],
  });
  const source = webhook.config.sources['btc-trend'];
  if (source === undefined) throw new Error('the harness has a source');
  const at = {
    ...{ gatewayUrl: gateway.url, secrets: made, nowMs: webhook.clock.nowMs() },
    pair: 'BTC/USD',
  };
  return { webhook, printed: readCurl(curlFor('btc-trend', source, at)) };
}

/** What the printed command would send. */
function readCurl(text: string): Sent {
  const [, url = ''] = /^curl -sS (\S+)/.exec(text) ?? [];
  const headers = [...text.matchAll(/-H '([^:']+): ([^']*)'/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const [, body = ''] = /-d '([^']*)'/.exec(text) ?? [];
  return { url, headers, body };
}

async function send({ url, headers, body }: Sent): Promise<{ status: number; text: string }> {
  const raw = [...headers.flat(), 'content-length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      { method: 'POST', headers: ['host', 'x', ...raw] },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const REFUSED = { status: 401, text: '{"code":"unauthenticated","message":"not authenticated."}' };

describe.each(Object.entries(AUTHS))('over the gateway, %s', (_name, auth) => {
  it('lets the printed command in, in any case of its headers, and nothing less', async () => {
    const { webhook, printed } = await serving(auth);
    const loud = printed.headers.map(([name, value]) => [name.toUpperCase(), value] as const);
    const accepted = await send({ ...printed, headers: loud });
    expect(accepted).toMatchObject({ status: 200 });
    expect(JSON.parse(accepted.text)).toMatchObject({ status: 'accepted' });
    expect(await send(printed)).toMatchObject({ status: 200 });
    expect(webhook.store.rows()).toHaveLength(1);

    const proofs = printed.headers.filter(([name]) => name !== 'content-type');
    for (const proof of proofs) {
      const without = printed.headers.filter((header) => header !== proof);
      expect(await send({ ...printed, headers: without })).toEqual(REFUSED);
      expect(await send({ ...printed, headers: [...printed.headers, proof] })).toEqual(REFUSED);
      const other = without.concat([[proof[0], 'caf\u00e9']]);
      expect(await send({ ...printed, headers: other })).toEqual(REFUSED);
    }
    if (proofs.length === 0) {
      const {
        secret: _secret,
        token: _token,
        ...rest
      } = JSON.parse(printed.body) as Record<string, unknown>;
      expect(await send({ ...printed, body: JSON.stringify(rest) })).toEqual(REFUSED);
    }
    expect(webhook.store.rows()).toHaveLength(1);
    const refused = webhook.log.lines.filter((line) => line.includes('request-refused'));
    expect(refused.every((line) => /"check":"(header|field|no)-/.test(line))).toBe(true);
  });

  it('writes no secret to the log or the row', async () => {
    const { webhook, printed } = await serving(auth);
    await send(printed);
    await send({ ...printed, body: printed.body.replace('buy', 'sell') });
    const kept = `${webhook.log.lines.join('\n')}${JSON.stringify(webhook.store.rows())}`;
    const sent = [...printed.headers.map(([, value]) => value), printed.url, printed.body];
    const secrets = sent.flatMap((text) => text.match(/[A-Za-z0-9_-]{40,}/g) ?? []);
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(kept).not.toContain(secret);
  });
});
