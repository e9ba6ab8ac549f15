/**
 * Who calls: key, signature, nonce, permission, lockout. The signature is made over the raw bytes of
 * the body as they arrived.
 *
 * Source: https://docs.kraken.com/api/docs/guides/spot-rest-auth
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiRequest } from './engine.ts';
import type { KeyRecord } from './state.ts';
import type { Turn } from './turn.ts';

const MAX_NONCE = 2n ** 64n - 1n;
const REFUSALS_COUNT_FOR_MS = 60_000;
const MAX_CALLERS = 1_000;

/** Permissions that let a call through: any one of them. An empty list: every key may. */
export const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  AddOrder: ['modify-trades'],
  AmendOrder: ['modify-trades', 'close-trades'],
  CancelOrder: ['modify-trades', 'close-trades'],
  CancelAll: ['modify-trades', 'close-trades'],
  QueryOrders: ['query-open-trades', 'query-closed-trades'],
  OpenOrders: ['query-open-trades'],
  ClosedOrders: ['query-closed-trades'],
  TradesHistory: ['query-closed-trades'],
  Balance: ['query-funds'],
  BalanceEx: ['query-funds'],
  OpenPositions: ['query-open-trades'],
  TradeBalance: ['query-open-trades'],
  GetApiKeyInfo: [],
};

/** Base64 of HMAC-SHA-512 over path and SHA-256(nonce, body), keyed with the decoded secret. */
export function signatureOf(
  secret: string,
  signed: { readonly path: string; readonly nonce: string; readonly body: Uint8Array },
): string {
  const digest = createHash('sha256').update(signed.nonce).update(signed.body).digest();
  const key = Buffer.from(secret, 'base64');
  return createHmac('sha512', key).update(signed.path).update(digest).digest('base64');
}

/** Remembers who was refused lately, and who is locked out. Forgotten with the process. */
export interface Lockouts {
  readonly byKey: Map<string, { refusedAtMs: number[]; lockedUntilMs: number }>;
}

/** The caller, or Kraken's error. A nonce is used up even when the permission is missing. */
export function authenticate(
  turn: Turn,
  lockouts: Lockouts,
  request: ApiRequest,
): KeyRecord | string {
  const name = request.apiKey;
  if (isLockedOut(turn, lockouts, name)) return 'EGeneral:Temporary lockout';
  const key = turn.state.keys.get(name);
  const refuse = (what: 'key' | 'signature' | 'nonce'): string => {
    countRefusal(turn, lockouts, name);
    turn.emit({ kind: 'auth-refused', what });
    return `EAPI:Invalid ${what}`;
  };
  if (key === undefined) return refuse('key');
  const nonce = request.params.get('nonce') ?? '';
  const { path, body } = request;
  if (!isSame(signatureOf(key.secret, { path, nonce, body }), request.apiSign)) {
    return refuse('signature');
  }
  if (!isFreshNonce(key, nonce)) return refuse('nonce');
  turn.emit({ kind: 'nonce', key: name, nonce: BigInt(nonce).toString(), atMs: turn.nowMs });
  const needed = PERMISSIONS[request.method] ?? [];
  const permitted =
    needed.length === 0 || needed.some((permission) => key.permissions.includes(permission));
  return permitted ? key : 'EGeneral:Permission denied';
}

/** Above the highest so far; a window lets lower ones, and the same one again, pass. */
export function isFreshNonce(
  key: { readonly nonce: string; readonly nonceWindow: string },
  nonce: string,
): boolean {
  if (!/^\d{1,20}$/.test(nonce)) return false;
  const value = BigInt(nonce);
  return value <= MAX_NONCE && value > BigInt(key.nonce) - BigInt(key.nonceWindow);
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function isLockedOut(turn: Turn, lockouts: Lockouts, name: string): boolean {
  const record = lockouts.byKey.get(name);
  if (record === undefined || record.lockedUntilMs <= turn.nowMs) return false;
  // Every call while locked out starts the clock again.
  record.lockedUntilMs = turn.nowMs + turn.rules.lockoutMs;
  return true;
}

function countRefusal(turn: Turn, lockouts: Lockouts, name: string): void {
  const known = lockouts.byKey.get(name);
  if (known === undefined && lockouts.byKey.size >= MAX_CALLERS) lockouts.byKey.clear();
  const record = known ?? { refusedAtMs: [], lockedUntilMs: 0 };
  lockouts.byKey.set(name, record);
  const since = turn.nowMs - REFUSALS_COUNT_FOR_MS;
  record.refusedAtMs = [...record.refusedAtMs.filter((atMs) => atMs > since), turn.nowMs];
  if (record.refusedAtMs.length < turn.rules.lockoutAfter) return;
  record.refusedAtMs = [];
  record.lockedUntilMs = turn.nowMs + turn.rules.lockoutMs;
}
