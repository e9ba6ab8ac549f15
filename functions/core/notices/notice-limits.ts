/**
 * How long the parts of a notice may be. Texts of senders and of Kraken end up in notices; none may
 * make one that a table or a channel does not take. Channels cut again, to what they can show.
 */
import { cut } from '../notifications/clean-text.ts';
import type { Notice } from './notice.ts';

/** The most of each part, in UTF-16 units; facts are counted. */
export const NOTICE_LIMITS = { title: 200, text: 2_400, facts: 20, label: 40, value: 240 } as const;

/** The notice within its limits. What was cut off ends in `…`; a fact without a value is left out. */
export function withinLimits(notice: Notice): Notice {
  const { title, text, facts } = notice;
  const said = facts?.filter(({ value }) => value.trim() !== '');
  const few = said?.slice(0, NOTICE_LIMITS.facts).map(({ label, value }) => {
    return { label: cut(label, NOTICE_LIMITS.label), value: cut(value, NOTICE_LIMITS.value) };
  });
  return {
    ...notice,
    title: cut(title, NOTICE_LIMITS.title),
    text: cut(text, NOTICE_LIMITS.text),
    ...(few === undefined ? {} : { facts: few }),
  };
}
