import { describe, expect, it } from 'vitest';
import type { Book } from '../../../functions/core/book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import {
  driftNotice,
  marginShortageNotice,
  shortageNotice,
} from '../../../functions/core/notices/drift-notice.ts';
import { TEST_CONFIG, TREND } from '../order-fixture.ts';
import { context } from './notice-fixture.ts';

const NO_ZONE = { config: { ...TEST_CONFIG, sources: {} }, atMs: 1_000 };
const DRIFT = { claim: 'long 1', book: '0 BTC', held: '0.2 BTC', missing: '0.01 BTC' } as never;
const BOOK = { account: 'main', source: 'trend', pair: 'BTC/USD', version: 7 } as unknown as Book;
const SAYS = { ...BOOK, claim: { position: 'long', sentAtMs: 1, signalId: 'entry-1' } } as Book;
const owner = (source: string, pair: string, quantity: string, version: number) =>
  ({ ...BOOK, source, pair, quantity, version }) as Book;

describe('the notice of a strategy that does not stand where it says', () => {
  it('tells what it says, what its book holds, and what is done about it', () => {
    const how = { cause: 'its order was refused', action: 'notify' } as const;
    const { text, ...notice } = driftNotice(SAYS, DRIFT, how, context);
    expect(notice).toEqual({
      id: 'drift:main:trend:BTC/USD:entry-1:7',
      ...{ atMs: context.atMs, urgency: 'warning', subject: 'account', channels: TREND.notify },
      title: 'trend on main: it says long 1 in BTC/USD, and its book holds 0 BTC',
      facts: [
        { label: 'It says', value: 'long 1' },
        { label: 'Its book', value: '0 BTC' },
        { label: 'The account holds', value: '0.2 BTC' },
        { label: 'Missing', value: '0.01 BTC' },
        { label: 'Signal id', value: 'entry-1' },
      ],
      ...{ command: 'npx harpoon books', zone: 'Europe/Berlin' },
    });
    expect(text).toMatch(/^its order was refused\.\nNothing is done about it\./);
  });

  it('of a source that is gone goes to every channel, and names no signal where none is known', () => {
    const notice = driftNotice(BOOK, DRIFT, { cause: 'so', action: 'flatten' }, NO_ZONE);
    expect(notice).toMatchObject({ id: 'drift:main:trend:BTC/USD::7', channels: [] });
    expect(notice.facts?.map(({ label }) => label)).not.toContain('Signal id');
    expect(notice).not.toHaveProperty('zone');
  });
});

describe('the notice of what strategies own and the account has not', () => {
  const books = [owner('trend', 'BTC/USD', '0.3', 4), owner('night', 'BTC/EUR', '0.2', 9)];
  const about = {
    ...{ atMs: context.atMs, urgency: 'warning', subject: 'account', channels: [] },
    ...{ command: 'npx harpoon books', zone: 'Europe/Berlin' },
  };

  it('names each owner with its part, and the command that corrects its book', () => {
    const short = { account: 'main', asset: 'BTC', owned: decimal('0.5'), held: decimal('0.1') };
    const { text, ...notice } = shortageNotice({ ...short, books }, context);
    expect(notice).toEqual({
      ...about,
      id: 'shortage:main:BTC:trend/BTC/USD@4,night/BTC/EUR@9:0.1',
      title: 'Account main holds 0.1 BTC, and its strategies own 0.5',
      facts: [
        { label: 'Owned by books', value: '0.5 BTC' },
        { label: 'The account holds', value: '0.1 BTC' },
      ],
    });
    expect(text).toContain('(trend 0.3, night 0.2)');
    expect(text).toContain('npx harpoon books correct main night BTC/EUR --quantity LEFT');
    expect(shortageNotice({ ...short, books }, NO_ZONE)).not.toHaveProperty('zone');
  });

  it('on margin says so, and what becomes of the stop', () => {
    const short = { account: 'main', pair: 'BTC/USD', base: 'BTC' };
    const counted = { ...short, owned: decimal('0.5'), open: decimal('0.1'), books };
    const { text, ...notice } = marginShortageNotice(counted, context);
    expect(notice).toEqual({
      ...about,
      id: 'shortage:main:BTC/USD:trend@4,night@9:0.1',
      title: 'Account main has 0.1 BTC open on margin in BTC/USD, and its strategies own 0.5',
      facts: [
        { label: 'Owned by books', value: '0.5 BTC' },
        { label: 'Open on margin', value: '0.1 BTC' },
      ],
    });
    expect(text).toContain('(trend 0.3, night 0.2)');
    expect(marginShortageNotice(counted, NO_ZONE)).not.toHaveProperty('zone');
  });
});
