/** What follows from an entry by itself: sales at its take-profits, and stops that are placed anew. */
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { guardKeyOf } from '../../functions/core/execute/guard-rest.ts';
import { averagePrice, type Fill } from '../../functions/core/fill.ts';
import { saleKeyOf } from '../../functions/core/follow/profit-sale.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { rowsOfKeys } from './order-records.ts';
import { shortId, utc } from './order-words.ts';

const PRICE_DECIMALS = 8;

/** Rows of Harpoon's own that an entry led to, oldest first. */
export type Followers = readonly OrderRow[];

/** Reads the newest sale of each take-profit, and the stop behind each where one was needed. */
export async function followersOf(row: OrderRow, table: Table): Promise<Followers> {
  const { account, profits } = row;
  const saleKeys = (profits?.tries ?? []).map((tried) => saleKeyOf(row, tried));
  if (saleKeys.length === 0) return [];
  const sales = await rowsOfKeys(
    saleKeys.map((orderKey) => ({ account, orderKey })),
    { table },
  );
  const guards = await rowsOfKeys(
    sales.map((sale) => ({ account, orderKey: guardKeyOf(sale) })),
    { table },
  );
  // Mostly all that is left has its stop, and nothing was to be placed.
  const needed = guards.filter(({ state }) => state !== 'unneeded');
  return [...sales, ...needed].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
}

type Line = readonly [label: string, value: string];

/** Its take-profits, and how far each is; then the stops that were placed anew. */
export function bracketFacts(
  { decision, profits }: OrderRow,
  followers: Followers,
  stateText: (row: OrderRow) => string,
): readonly Line[] {
  const takes = (decision?.takeProfits ?? []).map(({ price, share }, at): Line => {
    const number = at + 1;
    const tried = profits?.tries.find((one) => one.number === number);
    const sale = followers.find(({ signal }) => signal.takes?.number === number);
    const open = profits?.ended === true ? 'not reached' : 'waits for the market';
    const reached = `${tried?.done === true ? 'reached' : 'tried'} ${utc(tried?.atMs ?? 0)}`;
    const became = sale === undefined ? '' : `: ${saleText(sale, stateText)}`;
    const words = tried === undefined ? open : `${reached}${became}`;
    return [`Take-profit ${number}`, `${share}% at ${price}: ${words}`];
  });
  const stops = followers
    .filter(({ signal }) => signal.covers !== undefined)
    .map((row): Line => ['Stop anew', `${stateText(row)}, order ${shortId(row)}`]);
  return [...takes, ...stops];
}

function saleText(row: OrderRow, stateText: (row: OrderRow) => string): string {
  const { fill, attempt, outcome, state } = row;
  const order = `order ${shortId(row)}`;
  const traded = fill && tradedText(fill, row);
  if (traded !== undefined) {
    return `${attempt?.order.side === 'buy' ? 'bought' : 'sold'} ${traded}, ${order}`;
  }
  const why = outcome === undefined || state === 'placed' ? '' : ` (${outcome})`;
  return `${stateText(row)}${why}, ${order}`;
}

/** `0.005 BTC at 61300 USD, fee 0.5`; undefined where nothing traded. */
function tradedText(fill: Fill, { decision }: OrderRow): string | undefined {
  const [base = '', quote = ''] = decision?.pair.split('/') ?? [];
  const price = averagePrice(fill, PRICE_DECIMALS);
  return price === undefined
    ? undefined
    : `${fill.volume} ${base} at ${price} ${quote}, fee ${fill.fee}`;
}
