/**
 * Words of Kraken and of trading interfaces, said so that somebody who was just woken understands
 * them. A reason is shown as it came; what its words mean stands behind it.
 *
 * Source: https://docs.kraken.com/api/docs/guides/global-intro (errors), and the pages of the calls.
 */

/** What a word in a reason means, and what to do about it where something can be done. */
const MEANINGS: readonly { readonly word: RegExp; readonly means: string }[] = [
  {
    word: /nonce/i,
    means:
      'A nonce is the number that every request to Kraken carries, each larger than the last. Kraken turns a request away whose number is not: usually because another program uses the same API key. Give Harpoon keys of its own.',
  },
  {
    word: /EAPI:Invalid (key|signature)/i,
    means:
      'Kraken does not know the API key, or its secret does not fit: it was deleted, or copied wrongly. Make a new key and store it again.',
  },
  {
    word: /permission denied/i,
    means: 'The API key lacks a right that this call needs: compare it with the list in README.md.',
  },
  {
    word: /temporary lockout/i,
    means:
      'Kraken has locked the API key for some minutes after wrong requests. It opens by itself; whatever else uses the key must stop.',
  },
  {
    word: /insufficient (initial margin|funds)/i,
    means: 'The account has too little that is free to pay for the order; open orders hold funds.',
  },
  {
    word: /rate limit|too many requests|throttled/i,
    means:
      'More was asked of Kraken in a short time than it lets anybody ask. It passes by itself.',
  },
  {
    word: /EService:|maintenance|temporarily unavailable/i,
    means: 'Kraken itself has trouble: see status.kraken.com.',
  },
  {
    word: /deadline/i,
    means: 'Every order carries a time after which Kraken must not take it any more, its deadline.',
  },
  {
    word: /query window/i,
    means: 'A query window limits an API key to orders of some dates; it then sees no others.',
  },
  {
    word: /positive control|does not see an order that is known/i,
    means:
      'Before Harpoon believes that an order is missing, it looks for one that surely exists. It did not see that one either, so what it does not see proves nothing.',
  },
];

/** Sentences that explain the words of a reason; none when it speaks plainly. */
export function meanings(reason: string): readonly string[] {
  return MEANINGS.filter(({ word }) => word.test(reason)).map(({ means }) => means);
}
