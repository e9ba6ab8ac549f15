/** The part of the schema that says how much a signal trades. */
import * as v from 'valibot';
import type { Size } from '../../functions/core/config.ts';
import { AssertionError } from '../../functions/core/result.ts';
import { isWhat, message } from './said.ts';
import { exactlyOne, scalar, section, word, write } from './shapes.ts';
import { readAmount, readMoney, readPercent } from './values.ts';

const SIZES = [{ equity: '10%' }, { quote: '100 USD' }, { base: '0.01' }, 'signal'];

/** A share of something, as a percentage. */
const share = (description: string, example: string) =>
  v.exactOptional(
    scalar({ description, examples: [example], pattern: '^[0-9]+(\\.[0-9]+)?%$' }, readPercent),
  );

const fixedSize = v.pipe(
  section('A size that does not depend on the message.', {
    base: v.exactOptional(
      scalar(
        {
          description: 'Amount of the base asset.',
          examples: ['0.01'],
          pattern: '^[0-9]+(\\.[0-9]+)?$',
          type: ['number', 'string'],
        },
        readAmount,
      ),
    ),
    quote: v.exactOptional(
      scalar(
        {
          description: 'Value of the order.',
          examples: ['100 USD'],
          pattern: '^[0-9]+(\\.[0-9]+)? [A-Z][A-Z0-9]{1,9}$',
        },
        readMoney,
      ),
    ),
    equity: share("Share of the account's equity.", '10%'),
    available: share('Share of what is free to spend.', '50%'),
    position: share('Share of the base asset that is held.', '100%'),
    risk: share('Share of the equity that is lost when the price reaches riskStop.', '1%'),
  }),
  exactlyOne({ problem: 'names no size, or more than one', remedy: write(SIZES) }),
  v.metadata({ minProperties: 1, maxProperties: 1 }),
  v.transform((size): Size => {
    if (size.base !== undefined) return { kind: 'base', amount: size.base };
    for (const kind of ['equity', 'available', 'position', 'risk'] as const) {
      const percent = size[kind];
      if (percent !== undefined) return { kind, percent };
    }
    const [amount, currency] = size.quote?.split(' ') ?? [];
    if (amount !== undefined && currency !== undefined) return { kind: 'quote', amount, currency };
    throw new AssertionError('expected that a size has exactly one key');
  }),
);

const signalSize = v.pipe(
  word({
    word: 'signal',
    description: 'The message says how much; the rails cap it.',
    remedy: write(SIZES),
  }),
  v.transform((kind): Size => ({ kind })),
);

/** How much a signal trades. */
export const size = v.pipe(
  v.union([signalSize, fixedSize], (issue) =>
    message({ problem: `${isWhat(issue.input)}, not a size`, remedy: write(SIZES) }),
  ),
  v.metadata({ description: 'How much a signal trades.', examples: SIZES }),
);
