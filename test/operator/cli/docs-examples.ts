/** The examples of docs/cli.md: commands with what they print, and the files that they read. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCS = fileURLToPath(new URL('../../../docs/cli.md', import.meta.url));

/** One command with what is written below it. */
export interface Example {
  readonly command: string;
  readonly args: readonly string[];
  readonly printed: string;
}

/** What the page holds. */
export interface Docs {
  readonly examples: readonly Example[];
  /** Content by name. */
  readonly files: ReadonlyMap<string, string>;
  readonly policy: string;
}

/** Reads the page. */
export function readDocs(): Docs {
  const text = readFileSync(DOCS, 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', name = '', content = '']) => ({ language, name, content }),
  );
  const of = (language: string) => blocks.filter((block) => block.language === language);
  return {
    examples: of('console').flatMap(({ content }) =>
      content
        .split(/^(?=\$ npx harpoon )/m)
        .filter((part) => part.startsWith('$ '))
        .map(exampleOf),
    ),
    files: new Map([...of('yaml'), ...of('text')].map(({ name, content }) => [name, content])),
    policy: of('json')[0]?.content ?? '',
  };
}

function exampleOf(part: string): Example {
  const end = part.indexOf('\n');
  const command = part.slice(2, end);
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
  const args = words.slice(2).map((word) => word ?? '');
  return { command, args, printed: part.slice(end + 1).trimEnd() };
}

/** A text without what differs from run to run: times, ages, made-up names. */
export function steady(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'ISO-TIME')
    .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2}\.\d{3})?/g, 'TIME')
    .replaceAll(/--code [0-9a-f]{8}\b/g, '--code CODE')
    .replaceAll(/\bnonce \d+/g, 'nonce N')
    .replaceAll(/\d+ s ago/g, 'N s ago')
    .replaceAll(/\b(test:[a-z0-9-]+):[0-9a-f]{8}\b/g, '$1:ID');
}

/** The code that a first step printed, in the words of the second: it is another one each time. */
export function withCode(args: readonly string[], printedBefore: string): readonly string[] {
  const code = /--code ([0-9a-f]{8})\b/.exec(printedBefore)?.[1];
  return args.map((arg, at) => (args[at - 1] === '--code' ? (code ?? arg) : arg));
}
