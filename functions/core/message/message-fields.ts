/**
 * The words of the senders. Every name that a message field may have is in this file: what Harpoon
 * reads, what would change the trade but is not carried out yet (with what to write instead), and what
 * is never kept. Taken from messages that people really send.
 */

/** A field that Harpoon reads. */
export type Field = keyof typeof NAMES;

/**
 * Names of each field, in the form of `plainName`. `volume` is not a size: in TradingView's
 * messages it is the volume of the bar. `order id` is not an id: TradingView's is a label that
 * stays the same from order to order.
 */
const NAMES = {
  secret: ['secret', 'passphrase', 'password'],
  id: ['id', 'signalid', 'idempotencykey'],
  /** When the alert fired; where it is given, `time` is the time of the bar. */
  fireTime: ['timenow', 'firetime', 'firedat', 'sentat'],
  time: ['time', 'timestamp', 'ts', 'datetime', 'created'],
  symbol: ['symbol', 'ticker', 'pair', 'instrument', 'market', 'tvinstrument', 'ordersymbol'],
  exchange: ['exchange', 'tvexchange', 'venue'],
  action: ['action', 'side', 'signal', 'direction', 'order', 'act', 'cmd'].concat([
    'orderaction',
    'orderside',
    'strategyorderaction',
    'tradetype',
  ]),
  size: ['size', 'qty', 'quantity', 'contracts', 'amount', 'amt', 'orderqty', 'ordersize'].concat([
    'ordercontracts',
    'orderquantity',
    'strategyordercontracts',
  ]),
  type: ['type', 'ordertype', 'ordtype'],
  price: ['price', 'px', 'orderprice', 'strategyorderprice', 'signalprice'],
  price2: ['price2', 'secondaryprice'],
  /** The limit of the type, wherever its place is. */
  limitPrice: ['limitprice', 'limit'],
  /** The trigger of a triggered type. */
  triggerPrice: ['triggerprice', 'stopprice'],
  /** The distance of a trailing stop. */
  trailBy: ['trailby', 'traildistance', 'trailingdistance'],
  seenPrice: ['close', 'lastprice', 'marketprice', 'mkt'],
  timeInForce: ['timeinforce', 'tif'],
  start: ['start', 'starttime', 'startat', 'starttm'],
  expire: [
    'expire',
    'expiretime',
    'expireat',
    'expiretm',
    'expires',
    'expiry',
    'expiration',
  ].concat(['goodtill']),
  trigger: ['trigger', 'triggerby', 'triggersignal', 'triggerreference'],
  displayVolume: ['displayvolume', 'displayvol', 'displayqty', 'displaysize', 'displayquantity'],
  leverage: ['leverage', 'lev'],
  selfTrade: ['selftrade', 'selftradeprevention', 'stptype', 'stp'],
  riskStop: ['riskstop'],
  /** The stop that goes out with the order, its limit, or the distance that it keeps. */
  stopLoss: ['stoploss', 'sl'],
  stopLossLimit: ['stoplosslimit', 'sllimit'],
  trailingStop: ['trailingstop'],
  /** Where some of what is opened is sold again, and whether the stop then moves to the entry. */
  takeProfit: ['takeprofit', 'takeprofits', 'tp', 'profittarget'],
  breakEven: ['breakeven'],
  /** The average true range, of which distances may be multiples. */
  atr: ['atr'],
  postOnly: ['postonly'],
  reduceOnly: ['reduceonly'],
  marketPosition: [
    'marketposition',
    'strategymarketposition',
    'position',
    'pos',
    'sentiment',
  ].concat(['orderdirection']),
  /** How large that position is, in the sender's units, and what was before; read where it counts. */
  positionSize: ['positionsize', 'marketpositionsize', 'strategypositionsize'].concat([
    'strategymarketpositionsize',
    'possize',
  ]),
  prevPosition: ['prevmarketposition', 'prevposition', 'previousmarketposition'].concat([
    'strategyprevmarketposition',
    'prev',
  ]),
  prevPositionSize: ['prevmarketpositionsize', 'prevpositionsize'].concat([
    'previousmarketpositionsize',
    'strategyprevmarketpositionsize',
  ]),
  comment: ['comment', 'message', 'msg', 'note', 'alertmessage'],
} as const satisfies Record<string, readonly string[]>;

const FIELD_BY_NAME: ReadonlyMap<string, Field> = new Map(
  (Object.keys(NAMES) as Field[]).flatMap((field) =>
    NAMES[field].map((name): [string, Field] => [name, field]),
  ),
);

/** The names of each field in the form of `plainName`, the usual one first. */
export const FIELD_NAMES: Readonly<Record<Field, readonly string[]>> = NAMES;

/** Fields whose value may say that nothing is set (`0`, `none`), as senders' templates do. */
export const MAY_BE_UNSET: ReadonlySet<Field> = new Set<Field>([
  'price2',
  'triggerPrice',
  'trailBy',
  'start',
  'expire',
  'trigger',
  'displayVolume',
  'leverage',
  'selfTrade',
  'riskStop',
  'stopLoss',
  'stopLossLimit',
  'trailingStop',
  'takeProfit',
  'breakEven',
]);

/** Fields that may be written as an object of one member: `{ "percent": 2 }`. */
export const MAY_BE_OBJECT: ReadonlySet<Field> = new Set<Field>([
  'stopLoss',
  'stopLossLimit',
  'trailingStop',
  'takeProfit',
]);

/** Fields that decide what is traded. */
export const TRADED: ReadonlySet<Field> = new Set<Field>([
  ...MAY_BE_UNSET,
  'action',
  'size',
  'type',
  'limitPrice',
  'symbol',
  'timeInForce',
  'postOnly',
  'reduceOnly',
  'marketPosition',
]);

/** Words in a field's name which mean that the field would change what is traded; what to do. */
const TRADE_WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(breakeven|break even)\b/,
    'asks for a stop that is moved to the entry: write "breakEven": true beside "takeProfit" and "stopLoss"',
  ],
  [
    /\b(trail|trailing|trailingstop)\b/,
    'asks for a trailing stop beside the order: write "trailingStop": "2%"',
  ],
  [
    /\b(sl|stop|stops|stoploss)\b/,
    'asks for a stop beside the order: write "stopLoss": "95000" or "2%"',
  ],
  [
    /\b(tp|take profit|takeprofit|target|targets)\b/,
    'asks for a target beside the order: write "takeProfit": "2%", or several with their shares, "50% at 2%, 50% at 105000"',
  ],
  [/\b(leverage|lev|margin)\b/, 'asks for margin: write "leverage": "2"'],
  [
    /\b(oco|bracket|iceberg|dca|grid|ladder)\b/,
    'asks for more than one order: a stop and targets beside an order are "stopLoss" and "takeProfit"; else send one message for each order',
  ],
  [
    /\b(display qty|expire|expiry|expires|expiration|good till|delay|wait)\b/,
    'asks for an order of another kind or time: write "displayVolume", "start" or "expire"',
  ],
  [
    /\b(reverse|hedge|mode|close all|closeall|cancel|cancelall|flatten)\b/,
    'asks for a mode, and a message is one order: write the order as such, "sell" with "size": "100% position" to sell all that is held',
  ],
  [
    /\b(test|sandbox|dry run|dryrun|paper|demo|simulate|validate)\b/,
    'asks for a test, and the mode is set by accounts in harpoon.yaml alone',
  ],
  [
    /\b(risk|risk percent|riskpercent)\b/,
    'asks for a size by risk: write "size": "1% risk" and "riskStop": "95000"',
  ],
  [
    /\b(position|size|qty|quantity|equity|balance|order) (pct|percent|percentage)\b/,
    'asks for a share: write "size": "10%" (of the equity), "50% available" or "100% position"',
  ],
  [
    /\b(max|min) (size|qty|quantity|price|position)\b|^(max|min)$/,
    'asks for a limit, and limits are set by rails in harpoon.yaml alone',
  ],
];

const SECRET_WORDS =
  /\b(secret|token|key|apikey|passphrase|passkey|password|pass|pin|auth|authorization|signature|otp|credential|identity)\b/;

/** The field that a name means, whatever its case, blanks, dots, dashes and underscores. */
export function fieldOf(name: string): Field | undefined {
  // Mostly it is in that form already.
  return FIELD_BY_NAME.get(name) ?? FIELD_BY_NAME.get(plainName(name));
}

/** What a field of this name asks for, and what to write instead; undefined: nothing is asked. */
export function tradeWord(name: string): string | undefined {
  const words = wordsOf(name);
  return TRADE_WORDS.find(([pattern]) => pattern.test(words))?.[1];
}

/** Whether a field of this name may hold a secret, which is never kept. */
export function isSecretName(name: string): boolean {
  return SECRET_WORDS.test(wordsOf(name));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, '');
}

/** `takeProfit1_price` -> `take profit 1 price`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Za-z])([0-9])/g, '$1 $2')
    .replace(/([0-9])([A-Za-z])/g, '$1 $2')
    .replace(/[\s._-]+/g, ' ')
    .trim()
    .toLowerCase();
}
