/**
 * Reads the parameters of AddOrder. Checks what can be checked without knowing the pair; the error
 * strings are Kraken's `EGeneral:Invalid arguments`, with the parameter's name behind them.
 *
 * Parameters: https://docs.kraken.com/api/docs/rest-api/add-order
 */
import { parseDecimal, type Decimal } from '../../../functions/core/decimal.ts';
import { isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import { err, ok, type Result } from '../../../functions/core/result.ts';
import type { OrderType } from '../../../functions/core/signal.ts';
import { readClose, type CloseRequest } from './add-order-close.ts';
import { readDisplayVolume, readPrices, readType, type RequestPrices } from './add-order-prices.ts';
import type { TimeInForce } from './state.ts';

/** An order as it is asked for. */
export interface OrderRequest extends RequestPrices {
  readonly pairName: string;
  readonly side: 'buy' | 'sell';
  readonly type: OrderType;
  /** Base units, or quote units with the flag `viqc`; with leverage zero is all that is open. */
  readonly volume: Decimal;
  /** What an iceberg shows. */
  readonly displayVolume?: Decimal;
  readonly trigger: 'last' | 'index';
  readonly leverage?: Decimal;
  readonly flags: readonly string[];
  readonly timeInForce: TimeInForce;
  readonly startsAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly userref: number | null;
  readonly clOrdId: string | null;
  readonly close?: CloseRequest;
  readonly deadlineMs: number;
  readonly reduceOnly: boolean;
  readonly validate: boolean;
}

const FLAGS = ['post', 'fcib', 'fciq', 'nompp', 'viqc'];
const STP_TYPES = ['', 'cancel-newest', 'cancel-oldest', 'cancel-both'];
const LONGEST_EXPIRY_MS = 31 * 86_400_000;
const SHORTEST_EXPIRY_S = 5;
/** Kraken's range for a deadline, and what it takes when none is given (from a draft of its spec). */
const DEADLINE_MIN_MS = 2_000;
const DEADLINE_MAX_MS = 60_000;
const DEFAULT_DEADLINE_MS = 90_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX_32 = /^[0-9a-f]{32}$/i;
const FREE_TEXT = /^[!-~]{1,18}$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

type Params = ReadonlyMap<string, string>;

/** Reads an order or says Kraken's error. */
export function readOrderRequest(params: Params, nowMs: number): Result<OrderRequest, string> {
  const field = (name: string): string => params.get(name) ?? '';
  const bad = (name: string): Result<never, string> => err(`EGeneral:Invalid arguments:${name}`);
  const side = field('type');
  if (side !== 'buy' && side !== 'sell') return bad('type');
  const type = readType(field('ordertype'));
  if (type === undefined) return bad('ordertype');
  const volume = parseDecimal(field('volume'));
  if (!volume.ok || volume.value.lt('0')) return bad('volume');
  const isSpot = ['', 'none'].includes(field('leverage'));
  if (volume.value.eq('0') && isSpot) return bad('volume');
  const prices = readPrices(params, type);
  if (!prices.ok) return bad(prices.error);
  const shown = readDisplayVolume(field('displayvol'), { type, volume: volume.value });
  if (!shown.ok) return bad(shown.error);
  const trigger = readTrigger(field('trigger'), type);
  if (trigger === undefined) return bad('trigger');
  if (field('pair') === '') return bad('pair');
  const close = readClose(params);
  if (!close.ok) return bad(close.error);
  const leverage = parseDecimal(field('leverage'));
  if (type === 'settle-position' && isSpot) return bad('leverage');
  if (!isSpot && (!leverage.ok || leverage.value.lte('1'))) return bad('leverage');
  if (!STP_TYPES.includes(field('stptype'))) return bad('stptype');
  const flags = readFlags(field('oflags'), { side, type });
  if (flags === undefined || (flags.includes('viqc') && !isSpot)) return bad('oflags');
  const time = readTime(params, nowMs);
  if (!time.ok) return bad(time.error);
  const mayNotRest = ['IOC', 'FOK'].includes(time.value.timeInForce);
  const mustRest = flags.includes('post') || type === 'iceberg' || isTriggerType(type);
  if (mayNotRest && mustRest) return bad('timeinforce');
  const names = readNames(params);
  if (!names.ok) return bad(names.error);
  const reduceOnly = readBoolean(field('reduce_only'));
  if (reduceOnly === undefined) return bad('reduce_only');
  const validate = readBoolean(field('validate'));
  if (validate === undefined) return bad('validate');
  return ok({
    pairName: field('pair'),
    side,
    type,
    volume: volume.value,
    ...prices.value,
    ...(shown.value === undefined ? {} : { displayVolume: shown.value }),
    trigger,
    ...(!isSpot && leverage.ok ? { leverage: leverage.value } : {}),
    flags,
    ...time.value,
    ...names.value,
    ...(close.value === undefined ? {} : { close: close.value }),
    reduceOnly,
    validate,
  });
}

function readTrigger(text: string, type: OrderType): 'last' | 'index' | undefined {
  if (text === '') return 'last';
  return isTriggerType(type) && (text === 'last' || text === 'index') ? text : undefined;
}

/** Kraken's default fee preference is fcib on a sale and fciq on a buy. */
function readFlags(
  text: string,
  order: { readonly side: string; readonly type: string },
): readonly string[] | undefined {
  const asked = text.split(',').filter((flag) => flag !== '');
  const has = (flag: string): boolean => asked.includes(flag);
  if (asked.some((flag) => !FLAGS.includes(flag))) return undefined;
  if (has('fcib') && has('fciq')) return undefined;
  if (has('post') && order.type !== 'limit') return undefined;
  if (has('viqc') && !(order.side === 'buy' && order.type === 'market')) return undefined;
  const kept = [...new Set(asked)].filter((flag) => flag !== 'nompp');
  if (has('fcib') || has('fciq')) return kept;
  return [order.side === 'buy' ? 'fciq' : 'fcib', ...kept];
}

function readTime(
  params: Params,
  nowMs: number,
): Result<Pick<OrderRequest, 'timeInForce' | 'startsAtMs' | 'expiresAtMs' | 'deadlineMs'>, string> {
  const asked = (params.get('timeinforce') ?? '').toUpperCase();
  if (!['', 'GTC', 'IOC', 'GTD', 'FOK'].includes(asked)) return err('timeinforce');
  const startsAtMs = readMoment(params.get('starttm') ?? '', { nowMs, leastS: 1 });
  if (startsAtMs === undefined) return err('starttm');
  const expiry = { nowMs, leastS: SHORTEST_EXPIRY_S };
  const expiresAtMs = readMoment(params.get('expiretm') ?? '', expiry);
  if (expiresAtMs === undefined) return err('expiretm');
  if (expiresAtMs !== null && expiresAtMs <= (startsAtMs ?? 0)) return err('expiretm');
  if (asked === 'GTD' && expiresAtMs === null) return err('expiretm');
  const timeInForce =
    asked === '' ? (expiresAtMs === null ? 'GTC' : 'GTD') : (asked as TimeInForce);
  const deadlineMs = readDeadline(params.get('deadline') ?? '', nowMs);
  if (deadlineMs === undefined) return err('deadline');
  return ok({ timeInForce, startsAtMs, expiresAtMs, deadlineMs });
}

/** `0`, unix seconds, or `+n` seconds from now; null is none. Later than a month is not taken. */
function readMoment(
  text: string,
  { nowMs, leastS }: { readonly nowMs: number; readonly leastS: number },
): number | null | undefined {
  if (text === '' || text === '0') return null;
  const match = /^(\+?)(\d{1,12})$/.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[2]);
  if (match[1] === '+' && seconds < leastS) return undefined;
  const atMs = match[1] === '+' ? nowMs + seconds * 1000 : seconds * 1000;
  return atMs > nowMs && atMs <= nowMs + LONGEST_EXPIRY_MS ? atMs : undefined;
}

/** A deadline within Kraken's range, or the default; undefined: it is none. */
export function readDeadline(text: string, nowMs: number): number | undefined {
  if (text === '') return nowMs + DEFAULT_DEADLINE_MS;
  const atMs = RFC3339.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  const aheadMs = atMs - nowMs;
  return aheadMs >= DEADLINE_MIN_MS && aheadMs <= DEADLINE_MAX_MS ? atMs : undefined;
}

function readNames(params: Params): Result<Pick<OrderRequest, 'userref' | 'clOrdId'>, string> {
  const clOrdId = params.get('cl_ord_id') ?? '';
  const userref = params.get('userref') ?? '';
  if (clOrdId !== '' && !isClientOrderId(clOrdId)) return err('cl_ord_id');
  if (clOrdId !== '' && userref !== '') return err('cl_ord_id and userref');
  if (userref !== '' && !isInt32(userref)) return err('userref');
  return ok({
    userref: userref === '' ? null : Number(userref),
    clOrdId: clOrdId === '' ? null : clOrdId,
  });
}

/** A UUID, 32 hex digits, or printable text of up to 18 characters. */
function isClientOrderId(text: string): boolean {
  return UUID.test(text) || HEX_32.test(text) || FREE_TEXT.test(text);
}

/** One number has one name: a UUID with and without dashes is the same id. */
export function sameClientOrderId(a: string, b: string): boolean {
  const canonical = (text: string): string =>
    UUID.test(text) || HEX_32.test(text) ? text.replaceAll('-', '').toLowerCase() : text;
  return canonical(a) === canonical(b);
}

function isInt32(text: string): boolean {
  return /^-?\d{1,10}$/.test(text) && Number(text) === (Number(text) | 0);
}

/** `validate` and its like: absent is false; anything but a boolean word is an error. */
export function readBoolean(text: string): boolean | undefined {
  if (['', 'false', '0'].includes(text)) return false;
  return ['true', '1'].includes(text) ? true : undefined;
}
