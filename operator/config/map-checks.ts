/**
 * What the schema cannot see in a source's `map`: fields that are missing for a trade,
 * words that every message would be refused for, paths that lead to a secret.
 */
import { readAction } from '../../functions/core/message/action-words.ts';
import { TIME_FIELDS } from '../../functions/core/message/map-message.ts';
import { fieldOf, isSecretName } from '../../functions/core/message/message-fields.ts';
import {
  ORDER_TYPES,
  TYPES_ALLOWED_BY_DEFAULT,
  typeOf,
} from '../../functions/core/message/order-terms.ts';
import type { Finding, Said } from './fault.ts';
import { isTargetSource } from './target-checks.ts';
import { has, mapAt, textAt, textsAt } from './tree.ts';
import type { Tree } from './walk.ts';

/** Findings about one source. */
export function mapFindings(name: string, source: Tree): readonly Finding[] {
  const fields = Object.entries(mapAt(source, 'map'));
  return [
    ...(fields.length > 0 ? missingFields(name, source) : []),
    ...fields.flatMap(([field, mapped]) => [
      ...pathFindings(name, field, mapped),
      ...wordFindings(name, source, field, mapped),
    ]),
  ];
}

/** Ways to prove a sender that sign no time. */
const WITHOUT_TIME = new Set(['tradingview', 'github', 'tokenHeader', 'tokenField']);

/** With a map nothing else is read, so that what a signal needs must be in it. */
function missingFields(name: string, source: Tree): readonly Finding[] {
  const map = mapAt(source, 'map');
  const hasStop = ['stopLoss', 'trailingStop'].some((field) => has(map, field));
  const auth = [textAt(source, 'auth') ?? '', ...Object.keys(mapAt(source, 'auth'))];
  const [aims, isBySignal] = [isTargetSource(source), textAt(source, 'size') === 'signal'];
  const needed: readonly (readonly [string, boolean, string])[] = [
    ['action', !aims, 'every signal needs an action'],
    ['marketPosition', aims, 'target: true is about where the strategy stands'],
    ['symbol', true, 'every signal needs a symbol'],
    ['size', !aims && isBySignal, 'the size of this source comes from the message'],
    ['riskStop', has(mapAt(source, 'size'), 'risk') && !hasStop, 'a size by risk needs a stop'],
    [
      'id',
      auth.includes('stripe') && !has(map, 'time'),
      'the signature holds none; a time would do as well',
    ],
    ['time', auth.some((kind) => WITHOUT_TIME.has(kind)), 'these messages carry no other time'],
  ];
  return needed
    .filter(([field, isNeeded]) => isNeeded && !has(map, field))
    .map(([field, , why]) => ({
      path: ['sources', name, 'map'],
      problem: `has no ${field}, and ${why}`,
      remedy: `Add ${field}: { path: ${field} }.`,
    }));
}

function pathFindings(name: string, field: string, mapped: Tree): readonly Finding[] {
  const path = (key: string): readonly string[] => ['sources', name, 'map', field, key];
  const keys = (textAt(mapped, 'path') ?? '').split('.');
  const last = keys.at(-1) ?? '';
  // Id and comment are kept and shown as they are.
  const isKept = field === 'id' || field === 'comment';
  const leadsToSecret = fieldOf(last) === 'secret' || (isKept && keys.some(isSecretName));
  const values = Object.keys(mapAt(mapped, 'values'));
  const twice = values.find(
    (value, index) =>
      values.findIndex((other) => other.toLowerCase() === value.toLowerCase()) !== index,
  );
  const found: readonly (false | (Said & { readonly key: string }))[] = [
    leadsToSecret && {
      key: 'path',
      problem: 'leads to what may be a secret, which is never kept',
      remedy: 'Name another key of the message.',
    },
    has(mapped, 'time') &&
      !TIME_FIELDS.has(field as 'time') && {
        key: 'time',
        problem: 'is a unit of time, which this field has not',
        remedy: 'Take it out.',
      },
    has(mapped, 'time') &&
      has(mapped, 'values') && {
        key: 'values',
        problem: 'stands beside a unit of time, and a field has one of the two',
        remedy: 'Take one of them out.',
      },
    twice !== undefined && {
      key: 'values',
      problem: `has ${twice} twice, as upper and lower case are the same here`,
      remedy: 'Keep one of the two.',
    },
  ];
  return found.flatMap((one) => {
    if (one === false) return [];
    const { key, problem, remedy } = one;
    return [{ path: path(key), problem, remedy }];
  });
}

/** Words of ours that would be refused every time. */
function wordFindings(name: string, source: Tree, field: string, mapped: Tree): readonly Finding[] {
  const base = ['sources', name, 'map', field];
  const always = textAt(mapped, 'always');
  const words = [
    ...(always === undefined ? [] : [{ path: [...base, 'always'], word: always }]),
    ...['values', 'flags'].flatMap((table) =>
      Object.entries(mapAt(mapped, table)).flatMap(([value, word]) =>
        typeof word === 'string' ? [{ path: [...base, table, value], word }] : [],
      ),
    ),
  ];
  return words.flatMap(({ path, word }) => {
    if (word.trim() === '') return [];
    const said = field === 'action' ? actionFault(word) : typeFault(field, word, source);
    return said === undefined ? [] : [{ path, ...said }];
  });
}

function actionFault(word: string): Said | undefined {
  if (readAction({ name: 'action', text: word }).ok) return undefined;
  return {
    problem: 'is no action that is carried out',
    remedy: 'Write buy, sell or close; a value that is left out is refused when it comes.',
  };
}

function typeFault(field: string, word: string, source: Tree): Said | undefined {
  if (field !== 'type') return undefined;
  const type = typeOf(word);
  if (type === undefined) {
    return {
      problem: 'is no order type that is carried out',
      remedy: `Write one of ${ORDER_TYPES.join(', ')}.`,
    };
  }
  const allowed = allowedTypes(source);
  if (allowed.includes(type)) return undefined;
  const remedy = `Write types: [${[...allowed, type].join(', ')}] at allow of this source.`;
  return { problem: 'is a type that this source may not ask for', remedy };
}

function allowedTypes(source: Tree): readonly string[] {
  const types = textsAt(source, 'allow', 'types').map(({ text }) => text);
  return types.length === 0 ? TYPES_ALLOWED_BY_DEFAULT : types;
}
