/**
 * Messages in all words of the language: every order type with the terms that it may have, sizes of
 * every kind. The draws are a stream of their own, so that the worlds that speak market and limit
 * alone stay what they are.
 */
import { ORDER_TERMS, ORDER_TYPES } from '../../functions/core/message/order-terms.ts';
import type { OrderType } from '../../functions/core/signal.ts';
import type { Random } from './random.ts';

/** Fields of a message. */
export type Fields = Record<string, string>;

/** What is drawn from. */
export interface Speech {
  readonly random: Random;
  readonly nowMs: number;
  /** Nothing is said that a limit or Kraken refuses. */
  readonly isCalm: boolean;
}

/** The last price of the simulated market. */
const LAST = 50_000;
const HOUR_MS = 3_600_000;

/** The message with another type, other terms and a size of its own; side and symbol stay. */
export function spoken(plain: Fields, speech: Speech): Fields {
  const { random, isCalm } = speech;
  const { price: _price, type: _type, ...fields } = plain;
  const type = random.pick(speech.isCalm ? CALM_TYPES : ORDER_TYPES);
  if (type === 'settle-position') return settled(fields, random);
  const sells = fields['action'] === 'sell';
  const isMargin = random.chance(120_000) && (sells || !isCalm);
  if (sells && (isMargin ? isCalm || random.chance(500_000) : random.chance(200_000))) {
    fields['reduceOnly'] = 'true';
  }
  if (isMargin) {
    delete fields['market_position'];
    fields['leverage'] = random.pick(['2', '3:1']);
  }
  if (type !== 'market' || random.chance(500_000)) fields['type'] = typeWritten(type, random);
  Object.assign(fields, prices(type, sells, speech), stay(type, speech));
  const opens = !sells && fields['reduceOnly'] === undefined && !type.startsWith('trailing');
  if (opens && random.chance(250_000)) Object.assign(fields, stop(random));
  if (type === 'iceberg') {
    return { ...fields, ...details(type, random), size: '0.012', displayVolume: '0.004' };
  }
  return { ...fields, ...details(type, random), ...size({ sells, isMargin }, speech) };
}

/** In calm worlds everything goes through: nobody settles what may not be there. */
const CALM_TYPES = ORDER_TYPES.filter((type) => type !== 'settle-position');

/** Settles some of what is open on margin, if that is what is open and nobody else's. */
function settled(fields: Fields, random: Random): Fields {
  delete fields['market_position'];
  const size = random.pick(['0.01', '1% position', '0.01']);
  return { ...fields, type: typeWritten('settle-position', random), leverage: '2', size };
}

/** On the losing side of every entry of the language. */
function stop(random: Random): Fields {
  return random.pick<Fields>([
    { stopLoss: '46000' },
    { sl: '-2%' },
    { stop_loss: '2.5%', stopLossLimit: '50 ticks' },
    { trailingStop: '1%' },
  ]);
}

function typeWritten(type: OrderType, random: Random): string {
  return random.pick([type, type, ...ORDER_TERMS[type].words]);
}

function prices(type: OrderType, sells: boolean, { random, isCalm }: Speech): Fields {
  const isFar = !isCalm && random.chance(50_000);
  switch (type) {
    case 'market':
    case 'settle-position':
      return {};
    case 'limit':
    case 'iceberg': {
      // On its own side of the market it rests; on the other it would trade at once.
      const crosses = !isCalm && random.chance(50_000);
      return { price: around(sells !== crosses, { from: 2, to: isFar ? 900 : 90 }, random) };
    }
    case 'stop-loss':
    case 'take-profit':
      return { [random.pick(['price', 'stopPrice'])]: trigger(type, sells, random) };
    case 'stop-loss-limit':
    case 'take-profit-limit':
      return {
        triggerPrice: trigger(type, sells, random),
        limitPrice: random.pick(['-0.2%', '+0.1%', 'trigger-30', 'trigger+20.5', String(LAST)]),
      };
    case 'trailing-stop':
      return { [random.pick(['price', 'trailBy'])]: random.pick(['+1%', '+250', '+0.5%']) };
    case 'trailing-stop-limit':
      return {
        trailBy: random.pick(['+1%', '+250']),
        price2: random.pick(['-0.2%', '+0.1%', '-30', '+20.5']),
      };
  }
}

/** Above the market or below it, written out or as a distance. */
function around(
  isAbove: boolean,
  { from, to }: { readonly from: number; readonly to: number },
  random: Random,
): string {
  const steps = random.between(from, to);
  if (random.chance(200_000)) return `${isAbove ? '+' : '-'}0.${String(steps).padStart(2, '0')}%`;
  return `${isAbove ? LAST + steps : LAST - steps}.${random.between(0, 9)}`;
}

/** A stop lies where the market would go against the order, a profit where it would go its way. */
function trigger(type: OrderType, sells: boolean, random: Random): string {
  const isAbove = type.startsWith('take-profit') === sells;
  const steps = random.between(50, 900);
  if (random.chance(300_000)) return `${isAbove ? '+' : '-'}${(steps / 500).toFixed(3)}%`;
  return String(isAbove ? LAST + steps : LAST - steps);
}

function details(type: OrderType, random: Random): Fields {
  const may = ORDER_TERMS[type].may;
  return {
    ...(may.includes('trigger') && random.chance(250_000)
      ? { trigger: random.pick(['index', 'last']) }
      : {}),
    ...(random.chance(80_000)
      ? { selfTrade: random.pick(['cancel-newest', 'cancel-oldest', 'cancel-both']) }
      : {}),
  };
}

/** How long it stays; an order that trades at once is not post-only. */
function stay(type: OrderType, { random, nowMs }: Speech): Fields {
  if (type === 'market') return {};
  const at = (ms: number): string => new Date(nowMs + ms).toISOString();
  const start: Fields = random.chance(50_000) ? { start: at(HOUR_MS / 2) } : {};
  const way = random.pick(['no word', 'GTC', 'GTD', 'until', 'at once', 'post'] as const);
  if (way === 'GTC') return { ...start, timeInForce: 'GTC' };
  if (way === 'GTD') return { ...start, tif: 'gtd', expire: at(3 * HOUR_MS) };
  if (way === 'until') return { ...start, expire: '+2h' };
  if (type !== 'limit' || way === 'no word') return start;
  return way === 'post' ? { ...start, postOnly: 'true' } : { tif: random.pick(['IOC', 'FOK']) };
}

/** About 500 USD, of an account that holds a million of either. */
function size(
  { sells, isMargin }: { readonly sells: boolean; readonly isMargin: boolean },
  { random, isCalm }: Speech,
): Fields {
  if (!isCalm && random.chance(50_000)) return { size: '1500 USD' };
  const amounts = ['0.01', '500 USD', '0.01'];
  if (isMargin) return { size: random.pick(amounts) };
  const kinds = [...amounts, '0.000001%', '0.000001% of equity'];
  if (sells) return { size: random.pick([...kinds, '0.000001% position']) };
  const picked = random.pick([...kinds, '0.05% available', '0.00000001% risk']);
  return picked.endsWith('risk') ? { size: picked, riskStop: '46000' } : { size: picked };
}
