/** How long it takes to build and sign one AddOrder. */
import { encodeForm } from '../../functions/adapters/kraken/form.ts';
import { signer } from '../../functions/adapters/kraken/sign.ts';
import { Secret } from '../../functions/core/secret.ts';

/** One measured figure and what it may be at most. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget: number;
}

const ORDERS = 5_000;
const ROUNDS = 20;

/** Microseconds for one body and its signature, in the round that other work disturbed least. */
export function benchSign(): Figure {
  const sign = signer(new Secret(Buffer.alloc(64, 7).toString('base64')));
  const path = '/0/private/AddOrder';
  let nonce = 1_700_000_000_000_000;
  let characters = 0;
  const round = () => {
    const startMs = performance.now();
    for (let i = 0; i < ORDERS; i += 1) {
      const text = String((nonce += 1));
      const body = encodeForm({
        nonce: text,
        ordertype: 'limit',
        type: 'buy',
        volume: '1.25',
        pair: 'XBTUSD',
        price: '37500',
        cl_ord_id: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11',
        deadline: '2026-11-22T12:00:10.000Z',
        timeinforce: 'GTC',
        oflags: 'post',
      });
      characters += sign({ path, nonce: text, body }).length;
    }
    return ((performance.now() - startMs) * 1_000) / ORDERS;
  };
  round();
  const value = Math.min(...Array.from({ length: ROUNDS }, round));
  // A signature has 88 characters; using them keeps the work from being optimised away.
  if (characters !== 88 * ORDERS * (ROUNDS + 1)) throw new Error('a signature has a wrong length');
  return { name: 'build and sign one AddOrder', value, unit: 'us', budget: 7 };
}
