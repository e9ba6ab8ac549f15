/** Everything that is done to the exchange while signals come, by name. */
import type { FaultSpec } from '../../infra/local/kraken/faults.ts';

/** One fault that waits at the exchange for a call. */
export interface NamedFault {
  readonly name: string;
  readonly spec: FaultSpec;
  /** Holds an API key for seconds; left out of a short run. */
  readonly isSlow?: boolean;
}

const order = (name: string, spec: Omit<FaultSpec, 'method'>): NamedFault => ({
  name,
  spec: { method: 'AddOrder', ...spec },
});
const slow = (name: string, spec: Omit<FaultSpec, 'method'>): NamedFault => ({
  ...order(name, spec),
  isSlow: true,
});
const said = (error: string, placed: boolean): NamedFault =>
  order(`says ${error}${placed ? ', yet places' : ''}`, { kind: 'error', error, placed });
const read = (method: string, spec: Omit<FaultSpec, 'method'>): NamedFault => ({
  name: `${method}: ${spec.kind === 'error' ? (spec.error ?? '') : spec.kind}`,
  spec: { method, ...spec },
});

/** What may become of an order on its way there and back. */
const ORDER_FAULTS: readonly NamedFault[] = [
  order('request lost, reset', { kind: 'reset-before' }),
  order('answer lost, reset', { kind: 'reset-after' }),
  slow('request lost, silence', { kind: 'timeout-before', holdMs: 8_000 }),
  slow('answer lost, silence', { kind: 'timeout-after', holdMs: 8_000 }),
  order('HTML 502 instead of the request', { kind: 'html-502-before' }),
  order('HTML 502 instead of the answer', { kind: 'html-502-after' }),
  order('HTML 520 instead of the answer', { kind: 'html-502-after', status: 520 }),
  order('HTML with 200, not placed', { kind: 'html-200', placed: false }),
  order('HTML with 200, placed', { kind: 'html-200', placed: true }),
  order('JSON cut, not placed', { kind: 'cut-json-before' }),
  order('JSON cut, placed', { kind: 'cut-json-after' }),
  order('redirect 307', { kind: 'redirect-307' }),
  order('misdirected 421', { kind: 'misdirected-421' }),
  order('answer 3 s late', { kind: 'slow', delayMs: 3_000 }),
  order('request 2 s late', { kind: 'slow-before', delayMs: 2_000 }),
  slow('request 8 s late, after we gave up', { kind: 'slow-before', delayMs: 8_000 }),
  order('engine 4 s late, answer lost', { kind: 'reset-after', lateMs: 4_000 }),
  order('engine 8 s late, HTML 504', { kind: 'html-502-after', status: 504, lateMs: 8_000 }),
  order('engine after the deadline, answer lost', { kind: 'reset-after', lateMs: 12_000 }),
  // Kraken documents limits as refused before the engine: such an order is never placed here.
  said('EAPI:Rate limit exceeded', false),
  said('EOrder:Rate limit exceeded', false),
  said('EService: Throttled: 1795348800', false),
  ...[false, true].flatMap((placed) => [
    said('EAPI:Invalid nonce', placed),
    said('EService:Unavailable', placed),
    said('EService:Busy', placed),
    said('EGeneral:Internal error', placed),
    said('EService:Deadline elapsed', placed),
  ]),
  said('EOrder:Insufficient funds', false),
];

/** What may become of a question. */
const READ_FAULTS: readonly NamedFault[] = [
  read('OpenOrders', { kind: 'error', error: 'EService:Unavailable' }),
  read('OpenOrders', { kind: 'reset-before' }),
  read('ClosedOrders', { kind: 'html-502-before' }),
  read('ClosedOrders', { kind: 'error', error: 'EAPI:Rate limit exceeded' }),
  read('TradesHistory', { kind: 'cut-json-before' }),
  read('TradesHistory', { kind: 'error', error: 'EGeneral:Internal error' }),
  read('QueryOrders', { kind: 'reset-after' }),
  read('Balance', { kind: 'html-502-before' }),
  read('BalanceEx', { kind: 'reset-before' }),
  read('BalanceEx', { kind: 'error', error: 'EAPI:Rate limit exceeded' }),
  read('Ticker', { kind: 'html-502-before' }),
  read('SystemStatus', { kind: 'reset-before' }),
  read('Time', { kind: 'cut-json-before' }),
  read('GetApiKeyInfo', { kind: 'error', error: 'EService:Busy' }),
];

/** Every fault. */
export const FAULTS: readonly NamedFault[] = [...ORDER_FAULTS, ...READ_FAULTS];

/** How long the exchange's reads may hide an order; Harpoon waits for 90 s. */
export const READ_LAGS_MS = [2_000, 8_000, 45_000] as const;

/** Modes in which the exchange takes no order. */
export const CLOSED_MODES = ['maintenance', 'cancel_only'] as const;
