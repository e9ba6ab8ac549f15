/**
 * The controls over HTTP, under /control on the exchange's own port. Bodies must be declared as
 * JSON: a web page of somebody else cannot send that to this machine without asking first.
 */
import * as v from 'valibot';
import type { KrakenControl } from './control.ts';
import { FAULT_KINDS } from './faults.ts';

/** What a control request is answered with; a string goes out as plain text. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const liquidity = v.optional(v.nullable(text), null);
const waiting = v.strictObject({ ms: v.pipe(v.number(), v.integer(), v.minValue(0)) });
const LISTED = ['online', 'cancel_only', 'post_only', 'limit_only', 'reduce_only'] as const;
const MODES = ['online', 'maintenance', 'cancel_only', 'post_only'] as const;
const price = v.strictObject({ pair: text, price: text, liquidity });
const quote = v.strictObject({ pair: text, bid: text, ask: text, last: text, liquidity });
const balance = v.strictObject({ key: text, asset: text, amount: text });
const unixSeconds = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0);
const key = v.strictObject({
  key: text,
  secret: text,
  account: v.optional(text),
  permissions: v.optional(v.array(text)),
  nonceWindow: v.optional(text, '0'),
  queryFrom: unixSeconds,
  queryTo: unixSeconds,
  balances: v.optional(v.record(text, text), {}),
});

type Command = (control: KrakenControl, body: unknown) => unknown;

const COMMANDS: Readonly<Record<string, Command>> = {
  'GET /control/state': (control) => control.state(),
  'GET /control/faults': (control) => control.faults(),
  'POST /control/faults': (control, body) => control.addFault(body as never),
  'DELETE /control/faults': (control) => control.clearFaults(),
  'POST /control/price': (control, body) => {
    const hasQuote = typeof body === 'object' && body !== null && 'bid' in body;
    if (hasQuote) {
      const { pair, ...rest } = read(quote, body);
      return control.setQuote(pair, rest);
    }
    const { pair, price: at, ...rest } = read(price, body);
    return control.setPrice(pair, at, rest);
  },
  'POST /control/balance': (control, body) => control.setBalance(read(balance, body)),
  'POST /control/mode': (control, body) =>
    control.setMode(read(v.strictObject({ mode: v.picklist(MODES) }), body).mode),
  'POST /control/pair-status': (control, body) => {
    const schema = v.strictObject({ pair: text, status: v.nullable(v.picklist(LISTED)) });
    const { pair, status } = read(schema, body);
    return control.setPairStatus(pair, status);
  },
  'POST /control/keys': (control, body) => {
    const { account, permissions, ...rest } = read(key, body);
    control.addKey({
      ...rest,
      ...(account === undefined ? {} : { account }),
      ...(permissions === undefined ? {} : { permissions }),
    });
  },
  'POST /control/engine-delay': (control, body) => control.setEngineDelay(read(waiting, body).ms),
  'POST /control/read-lag': (control, body) => control.setReadLag(read(waiting, body).ms),
  'POST /control/tick': (control) => control.tick(),
};

/** Answers a request under /control. */
export function answerControl(
  control: KrakenControl,
  request: {
    readonly verb: string;
    readonly path: string;
    readonly contentType: string;
    readonly body: string;
  },
): ControlAnswer {
  const { verb, path } = request;
  if (verb === 'GET' && path === '/control') return { status: 200, body: HELP };
  const name = `${verb} ${path}`;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    return fault(404, `there is no ${name}; GET /control lists what there is`);
  if (verb === 'POST' && !request.contentType.startsWith('application/json')) {
    return fault(415, 'send JSON, with content-type: application/json');
  }
  try {
    const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
    return { status: 200, body: command(control, body) ?? { ok: true } };
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError)
      return fault(400, error.message);
    throw error;
  }
}

function fault(status: number, error: string): ControlAnswer {
  return { status, body: { error } };
}

function read<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw new TypeError(v.summarize(parsed.issues));
  return parsed.output;
}

const HELP = `Simulated Kraken spot exchange: controls. Bodies and answers are JSON, amounts are text.

GET    /control/state          orders, trades, positions, balances, keys without secrets, prices, counters
POST   /control/price          {"pair":"BTC/USD","price":"60000"} or {"pair","bid","ask","last"};
                               "liquidity":"0.5" limits what can be taken before the next move
POST   /control/balance        {"key":"...","asset":"USD","amount":"10000"}
POST   /control/mode           {"mode":"online"}  ${MODES.join(', ')}
POST   /control/pair-status    {"pair":"BTC/USD","status":"post_only"}  ${LISTED.join(', ')}, null
POST   /control/keys           {"key","secret","account","permissions":[],"nonceWindow":"0",
                               "queryFrom":0,"queryTo":0,"balances":{"USD":"10000"}}
POST   /control/engine-delay   {"ms":5000}  orders reach the engine that much later
POST   /control/read-lag       {"ms":3000}  reads show orders and trades that much later
POST   /control/tick           {}  one step of the random walk, if the exchange wanders
GET    /control/faults         every fault, with how often it fired and what remains
POST   /control/faults         {"method":"AddOrder","kind":"timeout-after","times":1,"skip":0,
                               "status":502,"error":"EService:Busy","placed":false,
                               "delayMs":1000,"holdMs":60000,"lateMs":0}
DELETE /control/faults         forgets them

Kinds of faults:
${Object.entries(FAULT_KINDS)
  .map(([kind, meaning]) => `  ${kind.padEnd(16)} ${meaning}`)
  .join('\n')}
`;
