import { afterAll, describe, expect, it } from 'vitest';
import { MUTANTS } from '../mutants.ts';
import { runLife } from './life-run.ts';
import { lifeNamed, LIVES, type Life } from './lives.ts';
import { parseStrike, repeats, strikeText } from './strike-text.ts';
import { sweepPairs, sweepSingles, THAWS_MS } from './sweep.ts';

const DAILY = LIVES.filter(({ swept }) => swept === 'daily');

function mutantNamed(name: string) {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`no mutant is called ${name}`);
  return mutant;
}

describe('a life in which nothing is struck', () => {
  it.each(LIVES)('$name goes through what it is named for', async (life: Life) => {
    const { ends, seen, violation } = await runLife(life);
    expect(violation).toBeUndefined();
    expect(Object.fromEntries(ends)).toEqual(life.ends);
    expect((life.seen ?? []).filter((one) => !seen.has(one))).toEqual([]);
  });

  it('is the same each time', async () => {
    const life = lifeNamed('request-lost-and-sent-again');
    const [first, second] = [
      await runLife(life, { keepTrace: true }),
      await runLife(life, { keepTrace: true }),
    ];
    expect(second.hash).toBe(first.hash);
    expect(second.places).toEqual(first.places);
  });
});

describe('one thing goes wrong, alone, at every place and in every way', () => {
  let [places, runs] = [0, 0];
  afterAll(() => console.log(`${DAILY.length} lives, ${places} places, ${runs} runs`));

  it.each(DAILY)('$name: every promise is kept', async (life: Life) => {
    const golden = await runLife(life);
    const swept = await sweepSingles(life);
    expect(swept.broken.map(repeats)).toEqual([]);
    const crashes = golden.places.filter(({ port }) => port !== undefined).length;
    // Each call has two sides; the shortest lives end in the webhook.
    expect(crashes).toBeGreaterThanOrEqual(14);
    expect(swept.places).toBe(golden.places.length);
    // Every place was struck, crashes with each way of thawing.
    expect(swept.struckPlaces.size).toBe(golden.places.length);
    expect(swept.runs).toBeGreaterThan(golden.places.length + crashes * (THAWS_MS.length - 1));
    places += swept.places;
    runs += swept.runs;
  });

  it('strikes where it is told to and nowhere else', async () => {
    const life = lifeNamed('placed');
    const { places } = await runLife(life);
    const place = places.findIndex(
      ({ kind, port }) => kind === 'crash after a call' && port === 'orders.prepare',
    );
    const { lines } = await runLife(life, {
      strikes: [{ place, thawMs: 20_000 }],
      keepTrace: true,
    });
    expect(lines.filter((line) => line.includes('fault: '))).toHaveLength(1);
    expect(lines.some((line) => /worker-2 frozen: after orders\.prepare$/.test(line))).toBe(true);
    expect(lines.some((line) => line.endsWith('worker-2 goes on'))).toBe(true);
  });
});

describe('two things go wrong', () => {
  it('and every promise is kept, wherever the second strikes after the licence was written', async () => {
    const life = lifeNamed('placed');
    const { places } = await runLife(life);
    const first = places.findIndex(
      ({ kind, port }) => kind === 'crash after a call' && port === 'orders.prepare',
    );
    const swept = await sweepPairs(life, first);
    expect(swept.broken.map(repeats)).toEqual([]);
    expect(swept.places).toBeGreaterThan(50);
    expect(swept.runs).toBeGreaterThan(swept.places);
  });
});

describe('the sweep convicts a protocol with one guard taken away', () => {
  it.each([
    ['an unknown outcome is answered by sending again', 'placed'],
    ['a licence in progress runs out after 20 s, as idempotency helpers do it', 'placed'],
    ['PREPARE that threw counts as a licence', 'placed'],
    ['PREPARE that lost to another worker counts as a licence', 'delivered-to-two-workers'],
    ['a further licence forgets earlier sends', 'placed'],
    ['PREPARE does not look at the kill switches', 'halted-on-the-way'],
    ['absence is believed before reads have settled', 'answer-lost-and-order-shown-late'],
    ['one sweep proves absence', 'answer-lost-and-order-shown-late'],
    ['no positive control', 'answer-lost-and-key-blind'],
    ['only open orders are looked at', 'answer-lost'],
    ['the daily cap is checked without counting the order itself', 'second-above-the-daily-cap'],
    ['the signal is accepted when its row could not be stored', 'placed'],
    ['orders are sent without a deadline', 'placed'],
  ])('%s (in the life %s)', async (name, life) => {
    const options = { mutant: mutantNamed(name), untilBroken: true };
    const { broken } = await sweepSingles(lifeNamed(life), options);
    const [first] = broken;
    if (first === undefined) throw new Error('no promise was broken');
    // The line repeats it.
    const again = await runLife(lifeNamed(first.life), {
      ...{ mutant: options.mutant, areLost: first.areLost },
      strikes: first.strikes.map(strikeText).map(parseStrike),
    });
    expect(again.violation).toEqual(first.report.violation);
  });
});

describe('a strike on the command line', () => {
  it.each(['17', '17,thaw=20000', '3,long', '40,says=EService: Throttled: 1795348800'])(
    'reads back as it was written: %s',
    (text) => {
      expect(strikeText(parseStrike(text))).toBe(text);
    },
  );

  it.each(['', 'x', '1,thaw=', '-1', '1;2'])('that is none says so: %j', (text) => {
    expect(() => parseStrike(text)).toThrow('is no strike');
  });
});
