/** Strikes as one writes them on a command line: `17`, `17,thaw=20000`, `40,says=EService:Busy`. */
import type { SweptRun } from './sweep.ts';
import type { Strike } from './strikes.ts';

/** The strike in words. */
export function strikeText({ place, thawMs, says, isLong }: Strike): string {
  const words = [
    String(place),
    ...(thawMs === undefined ? [] : [`thaw=${thawMs}`]),
    ...(isLong === true ? ['long'] : []),
    ...(says === undefined ? [] : [`says=${says}`]),
  ];
  return words.join(',');
}

/** Reads what `strikeText` writes. Throws with a sentence for anything else. */
export function parseStrike(text: string): Strike {
  const match = /^(\d{1,6})(?:,thaw=(\d{1,7}))?(,long)?(?:,says=(.+))?$/.exec(text);
  if (match === null) {
    throw new Error(`${text} is no strike: write 17, 17,thaw=20000, 17,long or 17,says=TEXT`);
  }
  const [, place, thaw, long, says] = match;
  return {
    place: Number(place),
    ...(thaw === undefined ? {} : { thawMs: Number(thaw) }),
    ...(long === undefined ? {} : { isLong: true }),
    ...(says === undefined ? {} : { says }),
  };
}

/** The command that repeats a run and prints it. */
export function repeats({ life, strikes, areLost }: SweptRun): string {
  const words = strikes.map((strike) => `--strike '${strikeText(strike)}'`);
  const lost = areLost ? ['--lost'] : [];
  return ['npm run sweep -- --golden', life, ...words, ...lost].join(' ');
}
