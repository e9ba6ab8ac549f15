/**
 * Reads the parameters of AddOrder. Checks what can be checked without knowing the pair; the error
 * strings are Kraken's `EGeneral:Invalid arguments`, with the parameter's name behind them.
 *
 * Parameters: https://docs.kraken.com/api/docs/rest-api/add-order
 */
import { parseDecimal, type Decimal } from '../../../functions/core/decimal.ts';
import { err, ok, type Result } from '../../../functions/core/result.ts';
import type { TimeInForce } from './state.ts';

/** An order as it is asked for. */
export interface OrderRequest {
  readonly pairName: string;
  readonly side: 'buy' | 'sell';
  readonly type: 'market' | 'limit';
  /** Base units, or quote units with the flag `viqc`. */
  readonly volume: Decimal;
  readonly price?: Decimal;
  readonly flags: readonly string[];
  readonly timeInForce: TimeInForce;
  readonly expiresAtMs: number | null;
  readonly userref: number | null;
  readonly clOrdId: string | null;
  readonly deadlineMs: number;
  readonly reduceOnly: boolean;
  readonly validate: boolean;
}

/** What is not simulated and therefore refused rather than ignored: it would change what trades. */
const NOT_SIMULATED = [
  'displayvol',
  'trigger',
  'close[ordertype]',
  'close[price]',
  'close[price2]',
];
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
  const type = field('ordertype');
  if (type !== 'market' && type !== 'limit') return bad('ordertype');
  const volume = parseDecimal(field('volume'));
  if (!volume.ok || volume.value.lte('0')) return bad('volume');
  const price = type === 'limit' ? parseDecimal(field('price')) : undefined;
  if (price !== undefined && (!price.ok || price.value.lte('0'))) return bad('price');
  if (field('pair') === '') return bad('pair');
  const unsupported = NOT_SIMULATED.find((name) => field(name) !== '');
  if (unsupported !== undefined) return bad(unsupported);
  if (!['', 'none'].includes(field('leverage'))) return bad('leverage');
  if (!['', '0'].includes(field('starttm'))) return bad('starttm');
  if (!STP_TYPES.includes(field('stptype'))) return bad('stptype');
  const flags = readFlags(field('oflags'), { side, type });
  if (flags === undefined) return bad('oflags');
  const time = readTime(params, nowMs);
  if (!time.ok) return bad(time.error);
  if (flags.includes('post') && ['IOC', 'FOK'].includes(time.value.timeInForce)) {
    return bad('timeinforce');
  }
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
    ...(price?.ok === true ? { price: price.value } : {}),
    flags,
    ...time.value,
    ...names.value,
    reduceOnly,
    validate,
  });
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
): Result<Pick<OrderRequest, 'timeInForce' | 'expiresAtMs' | 'deadlineMs'>, string> {
  const asked = (params.get('timeinforce') ?? '').toUpperCase();
  if (!['', 'GTC', 'IOC', 'GTD', 'FOK'].includes(asked)) return err('timeinforce');
  const expiresAtMs = readExpiry(params.get('expiretm') ?? '', nowMs);
  if (expiresAtMs === undefined) return err('expiretm');
  if (asked === 'GTD' && expiresAtMs === null) return err('expiretm');
  const timeInForce =
    asked === '' ? (expiresAtMs === null ? 'GTC' : 'GTD') : (asked as TimeInForce);
  const deadlineMs = readDeadline(params.get('deadline') ?? '', nowMs);
  if (deadlineMs === undefined) return err('deadline');
  return ok({ timeInForce, expiresAtMs, deadlineMs });
}

function readExpiry(text: string, nowMs: number): number | null | undefined {
  if (text === '' || text === '0') return null;
  const match = /^(\+?)(\d{1,12})$/.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[2]);
  if (match[1] === '+' && seconds < SHORTEST_EXPIRY_S) return undefined;
  const atMs = match[1] === '+' ? nowMs + seconds * 1000 : seconds * 1000;
  return atMs > nowMs && atMs <= nowMs + LONGEST_EXPIRY_MS ? atMs : undefined;
}

function readDeadline(text: string, nowMs: number): number | undefined {
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
function readBoolean(text: string): boolean | undefined {
  if (['', 'false', '0'].includes(text)) return false;
  return ['true', '1'].includes(text) ? true : undefined;
}
