/** What a person is told about the prices themselves. */
import type { Notice } from '../notices/notice.ts';
import type { FeedNews, PairTrouble } from './feed-watch.ts';
import type { Gap } from './stroke.ts';

/** How many pairs a sentence names. */
const NAMED = 12;
const MINUTE_MS = 60_000;

/** What all of these notices share. */
export interface NoticeFrame {
  readonly atMs: number;
  /** Makes the id unique: the version of the state with which the notice is written. */
  readonly version: number;
  readonly zone?: string;
}

/** The notice about one change. */
export function pricesNotice(news: FeedNews, frame: NoticeFrame): Notice {
  if (news.kind === 'pairs') return pairsNotice(news.trouble, news.pairs, frame);
  const minutes = Math.round((frame.atMs - news.sinceMs) / MINUTE_MS);
  switch (news.market) {
    case 'ok':
      return notice(frame, {
        what: 'market-ok',
        urgency: 'info',
        title: 'Kraken’s prices are back',
        text: `They were away for ${minutes} min. What happened meanwhile is read from Kraken’s candles now, so a rule that was met in that time is told late, not never.`,
      });
    case 'no-data':
      return notice(frame, {
        what: 'no-data',
        urgency: 'warning',
        title: 'Kraken’s prices cannot be read',
        text: 'Kraken’s ticker was not answered in two runs. No price alert can fire until it is; you are told when it works again. Look at status.kraken.com if this lasts.',
      });
    case 'maintenance':
      return notice(frame, {
        what: 'maintenance',
        urgency: 'warning',
        title: 'Kraken is not trading normally',
        text: 'Kraken says that it is in maintenance or takes only some orders. Prices may stand still; single pairs are not told about until it is over.',
      });
  }
}

function pairsNotice(
  trouble: PairTrouble | 'ended',
  pairs: readonly string[],
  frame: NoticeFrame,
): Notice {
  const names = listed(pairs);
  const are = pairs.length === 1 ? 'is' : 'are';
  switch (trouble) {
    case 'missing':
      return notice(frame, {
        what: trouble,
        urgency: 'warning',
        title: `No price for ${names}`,
        text: `Kraken’s ticker has left ${names} out in two runs. Alert rules on ${pairs.length === 1 ? 'it' : 'them'} cannot fire until the price is there. If Kraken has ended this market, remove the rules.`,
        command: 'npx harpoon alerts list',
      });
    case 'stale':
      return notice(frame, {
        what: trouble,
        urgency: 'warning',
        title: `The price of ${names} stands still`,
        text: `Neither price nor trades of ${names} have changed for at least five minutes. Either nobody trades, or Kraken’s prices hang; rules are still watched.`,
      });
    case 'late':
      return notice(frame, {
        what: trouble,
        urgency: 'warning',
        title: `Some price alerts come late: ${names}`,
        text: `More pairs move across your levels than Kraken lets anybody read in a minute. ${names} ${are} read a few minutes late. Nothing is missed: a price that came back meanwhile is told when its candles are read, and a price that stays beyond its level is told without them.`,
      });
    case 'ended':
      return notice(frame, {
        what: trouble,
        urgency: 'info',
        title: `Prices of ${names} are well again`,
        text: `${names} ${are} watched as usual.`,
      });
  }
}

/** Prices that nobody can tell any more. */
export function gapNotice(gaps: ReadonlyMap<string, readonly Gap[]>, frame: NoticeFrame): Notice {
  const names = listed([...gaps.keys()]);
  const all = [...gaps].flatMap(([pair, list]) => list.map((gap) => ({ pair, ...gap })));
  const lines = all
    .slice(0, NAMED)
    .map(({ pair, fromMs, toMs }) => `${pair}: ${span(fromMs, toMs)}`);
  const more = all.length > NAMED ? [`and ${all.length - NAMED} more`] : [];
  return notice(frame, {
    what: 'gap',
    urgency: 'warning',
    title: `Prices were not seen for a time: ${names}`,
    text: [
      'Kraken keeps the candles of the last 720 minutes, and these stretches (UTC) could not be read. A rule that was met only within them was not told:',
      ...lines,
      ...more,
    ].join('\n'),
  });
}

function span(fromMs: number, toMs: number): string {
  const text = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return `${text(fromMs)} to ${text(toMs)}`;
}

function listed(pairs: readonly string[]): string {
  const sorted = [...pairs].sort();
  const shown = sorted.slice(0, NAMED).join(', ');
  return sorted.length > NAMED ? `${shown} and ${sorted.length - NAMED} more` : shown;
}

function notice(
  { atMs, version, zone }: NoticeFrame,
  what: Pick<Notice, 'urgency' | 'title' | 'text'> & {
    readonly what: string;
    readonly command?: string;
  },
): Notice {
  const { urgency, title, text, command } = what;
  return {
    ...{ id: `prices:${version}:${what.what}`, atMs, urgency, channels: [], title, text },
    ...{ subject: 'prices' },
    ...(command === undefined ? {} : { command }),
    ...(zone === undefined ? {} : { zone }),
  };
}
