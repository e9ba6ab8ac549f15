/**
 * Messages of one second, in every order of arrival: a later one is never undone by an earlier one,
 * and when all have come the strategy is where the last one says, or somebody hears that it may not be.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../functions/core/book.ts';
import {
  ageWithin,
  withOlder,
  withStep,
  type Age,
} from '../../../functions/core/decide/same-second.ts';
import type { Stand, Target } from '../../../functions/core/signal.ts';

const FLAT: Stand = { position: 'flat' };
const long = (size: string): Stand => ({ position: 'long', size });
const short = (size: string): Stand => ({ position: 'short', size });
const POOL = [FLAT, long('1'), long('2'), long('0.5'), short('1'), short('2')];
const SECOND_MS = 1_000;
const ONE_TO_TWO: Target = { ...long('2'), prev: long('1') };

/** Step `number` of a way, from 1 on. */
interface Message {
  readonly number: number;
  readonly target: Target;
}

function messagesOf(way: readonly Stand[]): readonly Message[] {
  return way.slice(1).map((stand, at) => {
    const { position, size } = stand;
    const target = { position, ...(size === undefined ? {} : { size }), prev: way[at]! };
    return { number: at + 1, target };
  });
}

function claimOf(stand: Target, signalId: string, sentAtMs: number): Claim {
  return { ...stand, signalId, sentAtMs };
}

/** What becomes of messages that arrive so: numbers of those that were followed, and that wait. */
function follow(before: Claim | undefined, arriving: readonly Message[]) {
  let claim = before;
  const followed: number[] = [];
  /** Whether it waits. */
  const look = ({ number, target }: Message): boolean => {
    const isSecond = claim !== undefined && claim.sentAtMs === SECOND_MS;
    const age: Age = isSecond ? ageWithin(target, claim!) : 'newer';
    if (age === 'newer') {
      const second = withStep(target, { sentAtMs: SECOND_MS, before: claim });
      claim = { ...claimOf(target, `m${number}`, SECOND_MS), ...(second ? { second } : {}) };
      followed.push(number);
    }
    const second = age === 'older' && withOlder(target, claim!);
    if (second) claim = { ...claim!, second };
    return age === 'unknown';
  };
  let waiting: readonly Message[] = [];
  for (const message of arriving) {
    waiting = [message, ...waiting].filter(look);
    // What waits is looked at again and again.
    for (let rounds = waiting.length; rounds > 0; rounds -= 1) waiting = waiting.filter(look);
  }
  const { position, size } = claim ?? FLAT;
  const stands = size === undefined ? { position } : { position, size };
  return { followed, stands, waits: waiting.map(({ number }) => number) };
}

/** Every order of some messages. */
function orders<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length <= 1) return [all];
  return all.flatMap((first) =>
    orders(all.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  );
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => at === 0 || number > numbers[at - 1]!);
}

const ways = (least: number, most: number) =>
  fc.shuffledSubarray(POOL, { minLength: least + 1, maxLength: most + 1 });

/** Ways that may lead through one place more than once. */
const walks = (most: number) =>
  fc
    .array(fc.constantFrom(...POOL.slice(0, 4)), { minLength: 2, maxLength: most + 1 })
    .map((way) => way.filter((stand, at) => at === 0 || stand !== way[at - 1]))
    .filter((way) => way.length > 1);

describe('messages of one second', () => {
  it('up to three, in any order: the last one holds, and none waits', () => {
    fc.assert(
      fc.property(ways(2, 3), (way) => {
        const messages = messagesOf(way);
        for (const arriving of orders(messages)) {
          const { followed, waits } = follow(claimOf(way[0]!, 'before', 0), arriving);
          expect([isRising(followed), followed.at(-1), waits]).toEqual([true, messages.length, []]);
        }
      }),
    );
  });

  it('up to four, whatever was known before: the last one holds, and nothing is undone', () => {
    fc.assert(
      fc.property(ways(2, 4), fc.boolean(), (way, isLost) => {
        const messages = messagesOf(way);
        const before = isLost ? claimOf(long('7'), 'before', 0) : claimOf(way[0]!, 'before', 0);
        for (const arriving of orders(messages)) {
          const { followed } = follow(before, arriving);
          expect([isRising(followed), followed.at(-1)]).toEqual([true, messages.length]);
        }
      }),
    );
  });

  it('of which some never come: nothing is undone', () => {
    fc.assert(
      fc.property(ways(2, 4), fc.subarray([0, 1, 2, 3]), (way, lost) => {
        const came = messagesOf(way).filter((_, at) => !lost.includes(at));
        const known = claimOf(way[0]!, 'before', 0);
        for (const before of way[0] === FLAT ? [undefined, known] : [known]) {
          for (const arriving of orders(came)) {
            expect(isRising(follow(before, arriving).followed)).toBe(true);
          }
        }
      }),
    );
  });

  it('in their true order: all are carried out, also around in circles, and none waits', () => {
    fc.assert(
      fc.property(walks(6), fc.boolean(), fc.subarray([1, 2, 3, 4]), (way, isLost, mute) => {
        const messages = messagesOf(way).map(({ number, target }) => {
          const { position, size } = target.prev!;
          const prev =
            size === undefined || mute.includes(number) ? { position } : { position, size };
          return { number, target: { ...target, prev } };
        });
        // Of a position that the way does not lead through, with sizes or without.
        const elsewhere: Stand = { position: 'short', size: '7' };
        const { followed, stands, waits } = follow(
          claimOf(isLost ? elsewhere : way[0]!, 'before', 0),
          messages,
        );
        expect([stands, waits]).toEqual([way.at(-1), []]);
        expect(followed).toEqual(messages.map(({ number }) => number));
      }),
      { numRuns: 1_000 },
    );
  });

  it('in their true order, of which those before were lost: the last one holds, or one waits', () => {
    fc.assert(
      fc.property(walks(5), fc.nat(5), fc.boolean(), (way, at, isFirst) => {
        const before = isFirst ? undefined : claimOf(way[at % way.length]!, 'before', 0);
        const { stands, waits } = follow(before, messagesOf(way));
        if (waits.length === 0) expect(stands).toEqual(way.at(-1));
      }),
      { numRuns: 1_000 },
    );
  });

  it('in their true order, of which those before were lost: all are carried out but in a circle', () => {
    fc.assert(
      fc.property(ways(1, 5), fc.nat(5), (way, at) => {
        const messages = messagesOf(way);
        const { stands, waits } = follow(claimOf(way[at % way.length]!, 'b', 0), messages);
        expect([stands, waits]).toEqual([way.at(-1), []]);
      }),
    );
  });

  it('that lead through one place more than once, in any order: the last one holds, or one waits', () => {
    fc.assert(
      fc.property(walks(4), (way) => {
        const messages = messagesOf(way);
        const steps = messages.map(({ target }) => JSON.stringify(target));
        fc.pre(new Set(steps).size === steps.length);
        for (const arriving of orders(messages)) {
          const { stands, waits } = follow(claimOf(way[0]!, 'before', 0), arriving);
          if (waits.length === 0) expect(stands).toEqual(way.at(-1));
        }
      }),
    );
  });
});

describe('of two alerts in one second, in their true order,', () => {
  const [enters, leaves] = [
    { number: 1, target: { ...long('1'), prev: FLAT } },
    { number: 2, target: { ...FLAT, prev: long('1') } },
  ];

  it.each<[string, Claim | undefined, readonly Message[], readonly number[], readonly number[]]>([
    ['an exit after a lost exit waits', claimOf(long('1'), 'b', 0), [enters, leaves], [1], [2]],
    ['an exit is the last of a book that never spoke', undefined, [enters, leaves], [1, 2], []],
    [
      'an entry after one that was suppressed waits',
      claimOf(FLAT, 'b', 0),
      [leaves, enters],
      [2],
      [1],
    ],
    [
      'an exit without a size leaves what came with one',
      claimOf(FLAT, 'b', 0),
      [enters, { number: 2, target: { ...FLAT, prev: { position: 'long' } } }],
      [1, 2],
      [],
    ],
    [
      'an exit leaves what was entered after an exit',
      claimOf(long('1'), 'b', 0),
      [leaves, enters, { ...leaves, number: 3 }],
      [2, 1, 3],
      [],
    ],
  ])('%s', (_what, before, arriving, followed, waits) => {
    expect(follow(before, arriving)).toMatchObject({ followed, waits });
  });
});

describe('a message of the second of the claim', () => {
  const came = (...way: readonly Stand[]): Claim => {
    const before = claimOf(way[0]!, 'before', 0);
    return messagesOf(way).reduce((claim, { number, target }) => {
      const second = withStep(target, { sentAtMs: SECOND_MS, before: claim })!;
      return { ...claimOf(target, `m${number}`, SECOND_MS), second };
    }, before);
  };
  const ONLY: Claim = claimOf({ ...long('2'), prev: long('1') }, 'c', SECOND_MS);

  it.each<[string, Claim, Target, Age]>([
    ['begins where it ends', came(FLAT, long('1')), { ...long('2'), prev: long('1') }, 'newer'],
    ['ends where it begins', ONLY, { ...long('1'), prev: FLAT }, 'older'],
    ['fits into a gap', came(FLAT, long('1')), { ...long('2'), prev: long('0.5') }, 'newer'],
    ['has nothing in common with it', ONLY, { ...FLAT, prev: long('9') }, 'unknown'],
    ['leads back', came(FLAT, long('1')), { ...FLAT, prev: long('1') }, 'newer'],
    [
      'leads back, of a second with no known beginning',
      ONLY,
      { ...long('1'), prev: long('2') },
      'newer',
    ],
    ['is another step from there', came(FLAT, long('1')), { ...long('2'), prev: FLAT }, 'unknown'],
    [
      'comes to the same from elsewhere',
      came(FLAT, long('1')),
      { ...long('1'), prev: long('2') },
      'unknown',
    ],
    [
      'leads back, where the second began elsewhere',
      { ...ONLY, second: { began: short('1'), steps: [{ from: long('1'), to: long('2') }] } },
      { ...long('1'), prev: long('2') },
      'newer',
    ],
    [
      'leads back, or is what the second began with',
      { ...ONLY, second: { began: long('2'), steps: [{ from: long('1'), to: long('2') }] } },
      { ...long('1'), prev: long('2') },
      'unknown',
    ],
    ['is said again', came(FLAT, long('1')), { ...long('1'), prev: FLAT }, 'newer'],
    [
      'is said again after more',
      came(FLAT, long('1'), long('2')),
      { ...long('1'), prev: FLAT },
      'older',
    ],
    [
      'opens once more what was left',
      came(FLAT, long('1'), FLAT),
      { ...long('1'), prev: FLAT },
      'newer',
    ],
    ['says nothing of before', ONLY, FLAT, 'newer'],
    [
      'follows one that says nothing',
      claimOf(FLAT, 'c', SECOND_MS),
      { ...FLAT, prev: FLAT },
      'newer',
    ],
    ['says no size', ONLY, { position: 'long', prev: long('2') }, 'newer'],
    [
      'says no size and ends where it begins',
      claimOf({ ...FLAT, prev: long('1') }, 'c', SECOND_MS),
      { position: 'long', prev: short('1') },
      'older',
    ],
    [
      'is said again, or comes after one that is missing',
      came(short('9'), short('1'), FLAT, long('1'), long('2')),
      { ...long('1'), prev: FLAT },
      'older',
    ],
  ])('that %s', (_what, claim, target, age) => {
    expect(ageWithin(target, claim)).toBe(age);
  });
});

describe('what is known of a second', () => {
  it('grows by an older message once, and keeps the newest sixteen', () => {
    let claim: Claim = { ...ONE_TO_TWO, signalId: 'c', sentAtMs: SECOND_MS };
    const first = { from: long('1'), to: long('2') };
    const older = { ...long('1'), prev: FLAT };
    expect(withOlder(FLAT, claim)).toBeUndefined();
    expect(withOlder(ONE_TO_TWO, claim)).toBeUndefined();
    const second = withOlder(older, claim)!;
    expect(second).toEqual({ steps: [first, { from: FLAT, to: long('1') }] });
    expect(withOlder(older, { ...claim, second })).toBeUndefined();
    for (let size = 10; size < 30; size += 1) {
      const more = withOlder({ ...long(`${size}`), prev: FLAT }, claim)!;
      claim = { ...claim, second: { began: FLAT, ...more } };
    }
    expect(claim.second?.began).toEqual(FLAT);
    expect(claim.second?.steps).toHaveLength(16);
    expect(claim.second?.steps.at(-1)).toEqual({ from: FLAT, to: long('29') });
  });

  const step = { ...long('1'), prev: FLAT };

  it('begins with where the strategy stood, and flat where it never spoke', () => {
    const steps = [{ from: FLAT, to: long('1') }];
    const at = { sentAtMs: SECOND_MS };
    expect(withStep(step, { ...at, before: claimOf(short('2'), 'b', 0) })).toStrictEqual({
      began: short('2'),
      steps,
    });
    expect(withStep(step, { ...at, before: undefined })).toStrictEqual({ began: FLAT, steps });
    expect(withStep(FLAT, { ...at, before: undefined })).toBeUndefined();
    // One of this second that said nothing of before.
    const silent = claimOf(FLAT, 'b', SECOND_MS);
    expect(withStep(step, { ...at, before: silent })).toStrictEqual({ steps });
  });

  it('grows by each step once, and keeps the newest sixteen', () => {
    const at = { sentAtMs: SECOND_MS };
    let before: Claim = claimOf(FLAT, 'b', 0);
    for (let size = 0; size < 20; size += 1) {
      const target = { ...long(`${size + 1}`), prev: size === 0 ? FLAT : long(`${size}`) };
      const second = withStep(target, { ...at, before })!;
      before = { ...claimOf(target, `m${size}`, SECOND_MS), second };
      expect(withStep(target, { ...at, before })).toEqual(second);
    }
    expect(before.second?.steps).toHaveLength(16);
    expect(before.second?.steps.at(-1)).toEqual({ from: long('19'), to: long('20') });
  });
});
