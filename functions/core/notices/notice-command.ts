/** The commands that tell more about what a notice says: named here and nowhere else. */

/** What a notice is about. */
export type NoticeTopic =
  | { readonly kind: 'order'; readonly clientOrderId: string }
  /** Keys, switches, limits, messages: what is set up. */
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'source'; readonly source: string }
  /** How everything stands now. */
  | { readonly kind: 'status' }
  | { readonly kind: 'summary' };

/** The command line that tells a person more, exactly as it is typed. */
export function commandFor(topic: NoticeTopic): string {
  switch (topic.kind) {
    case 'order':
      return `npx harpoon why ${topic.clientOrderId}`;
    case 'status':
      return 'npx harpoon status';
    case 'summary':
      return 'npx harpoon orders --since 24h';
    case 'account':
    case 'source':
      return 'npx harpoon check';
  }
}
