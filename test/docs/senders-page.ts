/** The examples of docs/senders.md: per sender a configuration, a message, an answer, a meaning. */
import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../docs/senders.md', import.meta.url), 'utf8');

/** One worked example. */
export interface Example {
  readonly sender: string;
  /** The part of harpoon.yaml below the accounts. */
  readonly yaml: string;
  /** As TradingView's editor holds it: with placeholders. */
  readonly template: string;
  readonly status: number;
  readonly answer: string;
  /** What the message means; absent for a refused one. */
  readonly meaning?: string;
  /** The order that is decided. */
  readonly order?: string;
}

/** The accounts that every example trades. */
export function accountsOfPage(): string {
  return blocks(PAGE.split(/^## /m)[0] ?? '', 'yaml')[0] ?? '';
}

/** Every section that has a configuration. */
export function examplesOfPage(): readonly Example[] {
  return PAGE.split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [yaml] = blocks(section, 'yaml');
      const [template, answer] = blocks(section, 'json');
      const status = Number(/is answered with (\d{3}):/.exec(section)?.[1]);
      const [, meaning, order] = /^and means `([^`]+)`, the order `([^`]+)`/m.exec(section) ?? [];
      if (yaml === undefined || template === undefined || answer === undefined) return [];
      const sender = section.slice(0, section.indexOf('\n'));
      const traded = meaning === undefined || order === undefined ? {} : { meaning, order };
      return [{ sender, yaml, template, status, answer, ...traded }];
    });
}

/** Sections of the page, also those without an example. */
export function sectionCount(): number {
  return PAGE.split(/^## /m).length - 1;
}

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of = '', content = '']) =>
    of === language ? [content] : [],
  );
}
