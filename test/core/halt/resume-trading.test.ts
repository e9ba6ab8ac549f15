import { describe, expect, it } from 'vitest';
import { haltTrading } from '../../../functions/core/halt/halt-trading.ts';
import {
  confirmResume,
  requestResume,
  RESUME_CODE_MS,
} from '../../../functions/core/halt/resume-trading.ts';
import { switchOf } from '../../../functions/core/halt/switch-board.ts';
import { world } from '../order-fixture.ts';

const MAIN = switchOf('main');
const WISH = { why: 'the cause is mended', by: 'ada' };

async function halted() {
  const all = world();
  const deps = { ...all.deps, board: all.store.board };
  const halt = (level: 'entries' | 'all' = 'entries') =>
    haltTrading({ scopes: [MAIN], level, cancel: false, why: 'a drill', by: 'bob' }, deps);
  await halt();
  const offer = async () => {
    const offered = await requestResume(MAIN, deps);
    if (offered.kind !== 'offered') throw new Error(offered.kind);
    return offered.offer;
  };
  const confirm = (code: string) => confirmResume(MAIN, { ...WISH, code }, deps);
  const blocks = async () => (await all.store.board.read(MAIN))?.blocks;
  return { ...all, deps, halt, offer, confirm, blocks };
}

describe('resuming', () => {
  it('shows why the switch is off and gives a code for five minutes', async () => {
    const { deps, clock } = await halted();
    const untilMs = clock.nowMs() + RESUME_CODE_MS;
    expect(await requestResume(MAIN, deps)).toMatchObject({
      ...{ kind: 'offered', state: { blocks: 'entries', why: 'a drill', by: 'bob' } },
      offer: { code: '00000001', untilMs },
    });
    expect(RESUME_CODE_MS).toBe(300_000);
  });

  it('asking alone changes nothing', async () => {
    const { offer, blocks } = await halted();
    await offer();
    expect(await blocks()).toBe('entries');
  });

  it('with the code turns the switch on, on record and told', async () => {
    const { offer, confirm, blocks, store } = await halted();
    expect(await confirm((await offer()).code)).toBe('resumed');
    expect(await blocks()).toBe('nothing');
    expect((await store.board.entries(1))[0]).toMatchObject({
      from: 'entries',
      to: 'nothing',
      ...WISH,
    });
    expect(store.notices().at(-1)).toMatchObject({ title: 'Trading resumed for account main' });
  });

  it('holds to the last moment of the five minutes, and not longer', async () => {
    const first = await halted();
    const { code } = await first.offer();
    first.clock.advance(RESUME_CODE_MS);
    expect(await first.confirm(code)).toBe('resumed');
    const second = await halted();
    const late = await second.offer();
    second.clock.advance(RESUME_CODE_MS + 1);
    expect(await second.confirm(late.code)).toBe('wrong-code');
    expect(await second.blocks()).toBe('entries');
  });

  it.each(['', '00000000'])('not with the code %j', async (code) => {
    const { offer, confirm, blocks } = await halted();
    await offer();
    expect(await confirm(code)).toBe('wrong-code');
    expect(await blocks()).toBe('entries');
  });

  it('not with a code of before another halt', async () => {
    const { offer, confirm, halt, blocks } = await halted();
    const { code } = await offer();
    await halt('all');
    expect(await confirm(code)).toBe('wrong-code');
    expect(await blocks()).toBe('all');
  });

  it('not with a code that a newer one replaced', async () => {
    const { offer, confirm } = await halted();
    const old = await offer();
    const newer = await offer();
    expect(old.code).not.toBe(newer.code);
    expect(await confirm(old.code)).toBe('wrong-code');
    expect(await confirm(newer.code)).toBe('resumed');
  });

  it('once with one code', async () => {
    const { offer, confirm, halt } = await halted();
    const { code } = await offer();
    await confirm(code);
    expect(await confirm(code)).toBe('not-halted');
    await halt();
    expect(await confirm(code)).toBe('wrong-code');
  });

  it('offers nothing where nothing is halted', async () => {
    const { deps } = await halted();
    expect(await requestResume(switchOf('nobody'), deps)).toEqual({ kind: 'not-halted' });
    expect(await requestResume({ kind: 'global' }, deps)).toEqual({ kind: 'not-halted' });
  });
});
