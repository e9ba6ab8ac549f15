/** Amends on an account whose mode was changed: AmendOrder has no `validate`, so nothing may go out. */
import { describe, expect, it } from 'vitest';
import { amending, LOST } from './amend-fixture.ts';

describe('on an account that became validate, an amend', () => {
  it('of an order that rests since it was live is refused, and says what to do', async () => {
    const { ask, placed, amend, exchange, last, waits, shown, setMode } = amending();
    const row = await placed();
    setMode('validate');
    await ask(row, { price: '49000' });
    await amend(row);
    expect(exchange.amends).toEqual([]);
    expect(last()?.title).toBe('buy BTC/USD on main: not changed');
    expect(last()?.text).toMatch(/main is in mode validate.*by hand/);
    expect(await waits()).toBe(0);
    expect(await shown()).toEqual(['49500']);
  });

  it('that went out before is not sent again: a look settles it', async () => {
    const { ask, placed, amend, exchange, last, waits, clock, setMode } = amending();
    const row = await placed();
    exchange.amendFates.push({ changed: false, told: LOST });
    await ask(row, { price: '49000' });
    // The mode is changed while the answer is on its way.
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms) => {
      setMode('validate');
      return sleep(ms);
    };
    await amend(row);
    expect(exchange.amends).toHaveLength(1);
    expect(await waits()).toBe(1);
    await clock.sleep(120_000);
    await amend(row);
    expect(exchange.amends).toHaveLength(1);
    expect(last()?.text).toMatch(/Kraken shows it without the change/);
    expect(await waits()).toBe(0);
  });
});
