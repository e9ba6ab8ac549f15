/**
 * The words of the senders. Every name that a message field may have is in this file: what Harpoon
 * reads, what would change the trade but is not carried out yet, and what is never kept. Taken from
 * messages that people really send.
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
  limitPrice: ['limitprice', 'limit'],
  seenPrice: ['close', 'lastprice', 'marketprice', 'mkt'],
  timeInForce: ['timeinforce', 'tif'],
  postOnly: ['postonly'],
  reduceOnly: ['reduceonly'],
  marketPosition: [
    'marketposition',
    'strategymarketposition',
    'position',
    'pos',
    'sentiment',
  ].concat(['orderdirection']),
  comment: ['comment', 'message', 'msg', 'note', 'alertmessage'],
} as const satisfies Record<string, readonly string[]>;

const FIELD_BY_NAME: ReadonlyMap<string, Field> = new Map(
  (Object.keys(NAMES) as Field[]).flatMap((field) =>
    NAMES[field].map((name): [string, Field] => [name, field]),
  ),
);

/** Words in a field's name which mean that the field would change what is traded. */
const TRADE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(sl|stop|stops|stoploss|breakeven)\b/, 'stop-loss orders'],
  [/\b(tp|take profit|takeprofit|target|targets)\b/, 'take-profit orders'],
  [/\b(trail|trailing|trailingstop)\b/, 'trailing stops'],
  [/\b(leverage|lev|margin)\b/, 'leverage and margin'],
  [/\b(price 2|secondary price|oco|bracket|iceberg|display qty|dca|grid|ladder)\b/, 'such orders'],
  [/\b(expire|expiry|expires|expiration|good till|delay|wait)\b/, 'expiring or delayed orders'],
  [/\b(reverse|hedge|mode|close all|closeall|cancel|cancelall|flatten)\b/, 'such modes'],
  [/\b(test|sandbox|dry run|dryrun|paper|demo|simulate|validate)\b/, 'a mode set by a message'],
  [/\b(risk|risk percent|riskpercent)\b/, 'sizes by risk'],
  [/\b(position|size|qty|quantity|equity|balance|order) (pct|percent|percentage)\b/, 'such sizes'],
  [/\b(max|min) (size|qty|quantity|price|position)\b|^(max|min)$/, 'limits set by a message'],
];

const SECRET_WORDS =
  /\b(secret|token|key|apikey|passphrase|passkey|password|pass|pin|auth|authorization|signature|otp|credential|identity)\b/;

/** The field that a name means, whatever its case, blanks, dots, dashes and underscores. */
export function fieldOf(name: string): Field | undefined {
  return FIELD_BY_NAME.get(plainName(name));
}

/** What a field of this name would ask for that is not carried out; undefined: nothing. */
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
