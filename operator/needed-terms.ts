/** What a message has to say beside its action, because its source's settings leave it open. */
import type { Source } from '../functions/core/config.ts';
import { TYPES_ALLOWED_BY_DEFAULT } from '../functions/core/message/order-terms.ts';

/** Terms without which each message that buys would be refused, as samples; none for most sources. */
export function neededTerms(
  { allow, size }: Pick<Source, 'allow' | 'size'>,
  limitPrice: string,
): Readonly<Record<string, string>> {
  const types = allow?.types ?? TYPES_ALLOWED_BY_DEFAULT;
  const isLimit = !types.includes('market') && types.includes('limit');
  return {
    ...(isLimit ? { type: 'limit', price: limitPrice } : {}),
    ...(size.kind === 'risk' ? { riskStop: '-2%' } : {}),
  };
}
