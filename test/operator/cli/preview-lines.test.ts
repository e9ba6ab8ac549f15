/** What a preview says of a message that asks for nothing new. */
import { expect, it } from 'vitest';
import type { OrderPreview } from '../../../functions/core/receive/preview-order.ts';
import { paintOf } from '../../../operator/cli/paint.ts';
import { previewJson, previewLines } from '../../../operator/cli/preview-lines.ts';

const WHY = 'the book holds 0.5 BTC already, which is what is wanted';
const PREVIEW: OrderPreview = {
  ...{ account: 'main', mode: 'live', orderKey: 'k', clientOrderId: 'id' },
  ...{ door: { word: 'accepted', why: 'accepted' }, unneeded: WHY },
};

it('says that there is nothing to trade, and why', () => {
  const lines = previewLines(PREVIEW, paintOf(false));
  expect(lines).toEqual(['Account main (live): nothing to trade', `  Why: ${WHY}`]);
  expect(previewJson(PREVIEW)).toMatchObject({ wouldGoOut: false, unneeded: WHY, code: null });
});

it('says what would be cancelled first', () => {
  const { unneeded: _none, ...going } = PREVIEW;
  const preview: OrderPreview = { ...going, cancels: ['an earlier order (client order id c-1)'] };
  expect(previewLines(preview, paintOf(false))).toContain(
    '  First cancelled: an earlier order (client order id c-1)',
  );
  expect(previewJson(preview)).toMatchObject({
    cancels: ['an earlier order (client order id c-1)'],
  });
  expect(previewJson(PREVIEW)).toMatchObject({ cancels: [] });
});
