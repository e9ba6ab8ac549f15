/** What a kill switch stops, in the words of every notice and answer about one. */

/** What is stopped, as people say it. */
export function blockedOrders(blocks: 'entries' | 'all'): string {
  return blocks === 'all' ? 'every order' : 'orders that open or add to a position';
}

/** The same as a sentence without its end. */
export function stoppedOrders(blocks: 'entries' | 'all'): string {
  return `${blockedOrders(blocks)} ${blocks === 'all' ? 'is' : 'are'} stopped`;
}
