/** The local stack as a person meets it: started, used, killed and started again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

interface ExchangeOrder {
  readonly txid: string;
  readonly clOrdId: string;
  readonly pair: string;
  readonly side: string;
  readonly volume: string;
}
interface ExchangeState {
  readonly orders: readonly ExchangeOrder[];
  readonly counters: { readonly noncesRefused: number };
}
interface Row {
  readonly state: string;
  readonly clientOrderId: string;
  readonly exchangeOrderId?: string;
  readonly auditFault: string | null;
  readonly signal: { readonly id: string };
}

describe('npm start', () => {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-stack-'));
  let stack: StackProcess;
  beforeAll(async () => {
    stack = await startStack(directory);
  });
  afterAll(async () => {
    await stack.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  const orders = async (): Promise<readonly ExchangeOrder[]> =>
    (await get<ExchangeState>(`${stack.krakenUrl}/control/state`)).orders;
  const row = async (id: string): Promise<Row> => {
    const rows = await get<Row[]>(`${stack.gatewayUrl}/local/orders`);
    const [found, ...more] = rows.filter(({ signal }) => signal.id === id);
    if (found === undefined || more.length > 0) throw new Error(`${rows.length} rows for ${id}`);
    return found;
  };
  const signal = (changed: Record<string, string>): Record<string, string> => {
    const time = new Date().toISOString();
    return { ...stack.message, time, ...changed };
  };
  const settled = (id: string, state: string): Promise<Row> =>
    vi.waitFor(
      async () => {
        const now = await row(id);
        expect(now.state).toBe(state);
        return now;
      },
      { timeout: 10_000, interval: 20 },
    );
  const fault = (kind: string): Promise<unknown> =>
    post(`${stack.krakenUrl}/control/faults`, { method: 'AddOrder', kind });

  it('answers the printed command, and the exchange holds its one order', async () => {
    const answer = await post(stack.hookUrl, stack.message);
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    const placed = await settled(stack.message['id'] ?? '', 'placed');
    const [order, ...more] = await orders();
    expect(more).toEqual([]);
    // 100 USD at 60000.1, as the example sizes it and the simulator prices it.
    expect(order).toMatchObject({
      txid: placed.exchangeOrderId,
      clOrdId: placed.clientOrderId,
      pair: 'XXBTZUSD',
      side: 'buy',
      volume: '0.00166666',
    });
    expect(placed.auditFault).toBeNull();
  });

  it('answers the same command with duplicate, and there is still one order', async () => {
    const answer = await post(stack.hookUrl, stack.message);
    expect(answer).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(await orders()).toHaveLength(1);
  });

  it('makes one order of fifty posts at the same time', async () => {
    const before = (await orders()).length;
    const message = signal({ id: 'fifty' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post(stack.hookUrl, message)),
    );
    const words = answers.map(({ status, body }) => `${status} ${String(body['status'])}`).sort();
    expect(words).toEqual(['200 accepted', ...Array.from({ length: 49 }, () => '200 duplicate')]);
    await settled('fifty', 'placed');
    expect(await orders()).toHaveLength(before + 1);
  });

  it('refuses the same id with another body, and trades nothing for it', async () => {
    const before = (await orders()).length;
    const answer = await post(stack.hookUrl, signal({ id: 'fifty', action: 'sell' }));
    expect(answer).toMatchObject({ status: 409, body: { code: 'identity-reused' } });
    expect(await orders()).toHaveLength(before);
  });

  it('adopts an order whose answer was lost after placing', async () => {
    const before = (await orders()).length;
    await fault('reset-after');
    await post(stack.hookUrl, signal({ id: 'lost-after' }));
    await settled('lost-after', 'unknown');
    await post(`${stack.gatewayUrl}/local/reconcile`, {});
    await settled('lost-after', 'placed');
    expect(await orders()).toHaveLength(before + 1);
  });

  it('never sends again an order that was lost before placing', async () => {
    const before = (await orders()).length;
    await fault('reset-before');
    await post(stack.hookUrl, signal({ id: 'lost-before' }));
    await settled('lost-before', 'unknown');
    await post(`${stack.gatewayUrl}/local/reconcile`, {});
    await settled('lost-before', 'unknown');
    expect(await orders()).toHaveLength(before);
  });

  it('forgets nothing when it is killed and started again', async () => {
    const before = await orders();
    const message = signal({ id: 'before-kill' });
    expect((await post(stack.hookUrl, message)).status).toBe(200);
    await stack.kill();
    stack = await startStack(directory);

    // Whatever the kill met half-way is settled by the row: placed once, or carried out now.
    expect((await post(stack.hookUrl, message)).body).toMatchObject({ status: 'duplicate' });
    const end = await vi.waitFor(
      async () => {
        const now = await row('before-kill');
        expect(['placed', 'prepared']).toContain(now.state);
        return now;
      },
      { timeout: 10_000, interval: 50 },
    );
    const after = await orders();
    const ours = after.filter(({ clOrdId }) => clOrdId === end.clientOrderId);
    expect(ours.length).toBeLessThanOrEqual(1);
    if (end.state === 'placed') expect(ours).toHaveLength(1);
    expect(after.map(({ txid }) => txid)).toEqual(
      expect.arrayContaining(before.map(({ txid }) => txid)),
    );
    expect(await post(stack.hookUrl, signal({ id: 'fifty' }))).toMatchObject({ status: 409 });
  });

  it('has Kraken refuse no nonce, and writes no secret to any log', async () => {
    const { counters } = await get<ExchangeState>(`${stack.krakenUrl}/control/state`);
    expect(counters.noncesRefused).toBe(0);
    const log = readFileSync(join(directory, 'functions.log'), 'utf8');
    expect(log).toContain('order-answered');
    const secrets = JSON.parse(
      readFileSync(join(directory, 'aws/secrets/secrets.json'), 'utf8'),
    ) as unknown;
    const values = JSON.stringify(secrets).match(/[A-Za-z0-9+/_-]{40,}/g) ?? [];
    expect(values.length).toBeGreaterThan(3);
    for (const value of values) expect(log).not.toContain(value);
  });
});
