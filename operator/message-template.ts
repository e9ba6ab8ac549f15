/** The message that a source's sender is to send, ready to be pasted. */
import type { Auth } from '../functions/core/config.ts';
import type { JudgedSource } from './judge-message.ts';
import { mappedTemplate } from './mapped-template.ts';
import { neededTerms } from './needed-terms.ts';

/** A message, where it goes, and for what kind of sender it is. */
export interface Template {
  readonly title: string;
  /** Where to paste it, and what to put in. */
  readonly hints: readonly string[];
  readonly text: string;
}

/** What an order that must be a limit order asks for: a little below the last price. */
const LIMIT_PRICE = '-0.1%';

/** Stands where the secret goes. */
export const SECRET_HERE = 'THE-SECRET-OF-THIS-SOURCE';

/**
 * The messages for a source: of a strategy, of an alert that knows no order, and of Pine's
 * `alert_message`; for other senders than TradingView, and where a `map` says their words, one that
 * says what Harpoon reads.
 */
export function templatesOf({ name, source }: JudgedSource, nowMs: number): readonly Template[] {
  const proof = proofIn(source.auth);
  if (source.map !== undefined) return [mappedTemplate({ name, source }, proof, nowMs)];
  if (source.target === true) return [targetTemplate({ name, source }, proof)];
  const bySignal = source.size.kind === 'signal';
  const byRisk = source.size.kind === 'risk';
  const terms = neededTerms(source, LIMIT_PRICE);
  const hints = byRisk ? [RISK_HINT] : [];
  if (source.auth !== 'tradingview') {
    const size = bySignal ? { size: '100 USD' } : {};
    const body = {
      ...proof,
      ...(isTimeSigned(source.auth) ? {} : { id: 'entry-1', time: '{{timenow}}' }),
      ...{ symbol: 'KRAKEN:BTCUSD', action: 'buy', ...size, ...terms },
    };
    const all = [...hintsOn(source.auth), ...hints];
    return [{ title: `What ${name} sends`, hints: all, text: jsonText(body) }];
  }
  const common = { time: '{{timenow}}', symbol: '{{exchange}}:{{ticker}}' };
  const strategy = {
    title: 'The alert of a strategy',
    hints: ['Paste it into "Message" of the alert; it fires with each order of the strategy.'],
    text: jsonText({
      ...proof,
      id: '{{strategy.order.id}}-{{strategy.order.action}}-{{timenow}}',
      ...common,
      action: '{{strategy.order.action}}',
      ...(bySignal ? { size: '{{strategy.order.contracts}}' } : {}),
      ...terms,
      marketPosition: '{{strategy.market_position}}',
    }),
  };
  const buys = {
    ...{ ...proof, ...common, action: 'buy', ...(bySignal ? { size: '100 USD' } : {}) },
    ...terms,
  };
  return [
    // With a size by risk the "sell" of its orders would be refused: nothing is risked by leaving.
    ...(byRisk ? [] : [strategy]),
    {
      title: `${byRisk ? 'An' : 'Any other'} alert: one that buys; write "${byRisk ? 'close' : 'sell'}" in another one`,
      hints: ['Paste it into "Message"; harpoon.yaml or "size" says how much.', ...hints],
      text: jsonText(buys),
    },
    {
      title: 'The same by Pine, in alert_message of strategy.entry and strategy.exit',
      hints: ['Write {{strategy.order.alert_message}}, and nothing else, into "Message".'],
      text: pineText(buys),
    },
  ];
}

const RISK_HINT =
  'riskStop is where you would get out; it sizes the order and places no stop, which stopLoss does.';

/**
 * Where the strategy stands after the order that fired. Others than TradingView put their own words
 * in: a position, and how large it is in their units.
 */
function targetTemplate(
  { name, source }: JudgedSource,
  proof: Readonly<Record<string, string>>,
): Template {
  const isTradingView = source.auth === 'tradingview';
  const stands = isTradingView
    ? {
        ...{ marketPosition: '{{strategy.market_position}}' },
        ...{ positionSize: '{{strategy.market_position_size}}' },
        ...{ prevMarketPosition: '{{strategy.prev_market_position}}' },
        ...{ prevMarketPositionSize: '{{strategy.prev_market_position_size}}' },
      }
    : {
        ...{ marketPosition: 'long', positionSize: '0.5' },
        ...{ prevMarketPosition: 'flat', prevMarketPositionSize: '0' },
      };
  const id = isTradingView
    ? '{{strategy.order.id}}-{{strategy.order.action}}-{{timenow}}'
    : 'entry-1';
  const body = {
    ...proof,
    ...(isTimeSigned(source.auth) ? {} : { id, time: '{{timenow}}' }),
    symbol: isTradingView ? '{{exchange}}:{{ticker}}' : 'KRAKEN:BTCUSD',
    ...stands,
  };
  const where = 'Paste it into "Message" of the alert; it fires with each order of the strategy.';
  const units =
    source.size.kind === 'signal'
      ? 'The size is how much the strategy is to own, in the base asset.'
      : 'harpoon.yaml says how much is opened; the sizes say how that is added to and taken from.';
  return {
    title: isTradingView ? 'The alert of a strategy: where it stands' : `What ${name} sends`,
    hints: [...(isTradingView ? [where] : hintsOn(source.auth)), units],
    text: jsonText(body),
  };
}

function proofIn(auth: Auth): Readonly<Record<string, string>> {
  if (auth === 'tradingview') return { secret: SECRET_HERE };
  return typeof auth !== 'string' && 'field' in auth ? { [auth.field]: SECRET_HERE } : {};
}

/** Whether the signature holds a time, and an id where the scheme has one. */
function isTimeSigned(auth: Auth): boolean {
  return auth === 'standard-webhooks';
}

function hintsOn(auth: Auth): readonly string[] {
  if (auth === 'standard-webhooks') {
    return ['Signed by the headers webhook-id, webhook-timestamp and webhook-signature.'];
  }
  if (typeof auth === 'string') return [];
  const times = 'Put the fire time where {{timenow}} stands, and an id that no other message has.';
  if (auth.kind !== 'token') return [`Signed in the header ${auth.header}.`, times];
  const where = 'header' in auth ? `the header ${auth.header}` : `the field ${auth.field}`;
  return [`The token stands in ${where}.`, times];
}

function jsonText(body: Readonly<Record<string, string>>): string {
  return JSON.stringify(body, null, 2);
}

/** What Pine puts together by itself: the time in unix milliseconds, and the symbol. */
const PINE: readonly (readonly [string, string])[] = [
  ['{{timenow}}', 'str.tostring(timenow, "#")'],
  ['{{exchange}}:{{ticker}}', 'syminfo.tickerid'],
];

/** A Pine string: one line with single quotes around it. */
function pineText(body: Readonly<Record<string, string>>): string {
  const text = PINE.reduce(
    (done, [placeholder, code]) => done.replace(placeholder, `' + ${code} + '`),
    JSON.stringify(body),
  );
  return `alert_message = '${text}'`;
}
