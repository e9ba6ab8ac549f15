/** `harpoon lint` */
import { printable } from '../config/fault.ts';
import { judgeMessage, type Judgement } from '../judge-message.ts';
import type { PureCommand } from './command.ts';
import { CONFIG_OPTION, sourceNamed, textOf } from './message-input.ts';
import type { Paint } from './paint.ts';

export const lintCommand: PureCommand = {
  needs: 'nothing',
  path: ['lint'],
  summary: 'explain a message before it is sent: what it means, or why it would be refused',
  args: [
    ['<file>', 'a file with the message, or with one message a line; - reads what is piped in'],
  ],
  options: [
    ['--source <name>', 'the source that would send it (default: the only one there is)'],
    CONFIG_OPTION,
  ],
  examples: ['harpoon lint message.json', 'harpoon lint - --source btc-trend'],
  json: [
    'messages: [{ line, accepted, means or null, code and sentence or null, samples: placeholders that were',
    '  filled, notRead: names of fields, advice: [sentence] }]',
  ],
  async run(input) {
    const source = sourceNamed(input.text('source'), input);
    const messages = messagesOf(textOf(input.args[0] ?? ''));
    const nowMs = Date.now();
    const judged = messages.map(({ line, text }) => {
      return { line, judgement: judgeMessage(text, source, nowMs) };
    });
    const isFine = judged.every(({ judgement }) => judgement.verdict.kind !== 'refused');
    return {
      ...(isFine ? {} : { exit: 'failed' as const }),
      json: { messages: judged.map(({ line, judgement }) => judgementJson(line, judgement)) },
      lines: (paint) =>
        judged.flatMap(({ line, judgement }, at) => [
          ...(at === 0 ? [] : ['']),
          ...judgementLines(messages.length > 1 ? `line ${line}: ` : '', judgement, paint),
        ]),
    };
  },
};

/** One message, or one a line where every line that is not empty looks like one. */
function messagesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  const lines = text.split('\n').flatMap((one, at) => {
    return one.trim() === '' ? [] : [{ line: at + 1, text: one }];
  });
  const isOneALine = lines.length > 1 && lines.every((one) => /^\s*\{.*\}\s*$/.test(one.text));
  return isOneALine ? lines : [{ line: 1, text }];
}

function notRead({ verdict }: Judgement): readonly string[] {
  return verdict.kind === 'signal' ? verdict.notRead : [];
}

/** What a person reads of a message. */
export function judgementLines(
  place: string,
  judgement: Judgement,
  paint: Paint,
): readonly string[] {
  const { verdict, samples, advice } = judgement;
  const kept = notRead(judgement);
  const more = [
    ...(samples.length === 0 ? [] : [`  with samples for ${samples.join(', ')}`]),
    ...(kept.length === 0
      ? []
      : [`  kept for the record and not read: ${printable(kept.join(', '))}`]),
    ...advice.map((one) => `  ${paint.warn(one)}`),
  ];
  if (verdict.kind === 'refused') {
    const head = `${place}${paint.bad('would be refused')} (${verdict.code})`;
    return [head, `  ${printable(verdict.sentence)}`, ...more];
  }
  return [`${place}${paint.good('can be read')}`, `  means ${printable(verdict.means)}`, ...more];
}

function judgementJson(line: number, judgement: Judgement) {
  const { verdict, samples, advice } = judgement;
  const isRefused = verdict.kind === 'refused';
  return {
    ...{ line, accepted: !isRefused, means: isRefused ? null : verdict.means },
    code: isRefused ? verdict.code : null,
    sentence: isRefused ? verdict.sentence : null,
    ...{ samples, notRead: notRead(judgement), advice },
  };
}
