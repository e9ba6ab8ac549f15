/**
 * The JSON Schema of harpoon.yaml, made of the same schema that checks the file, so that editors
 * complete and check while one writes. The check command is stricter: it also sees references.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import { format } from 'oxfmt';
import { assert } from '../../functions/core/result.ts';
import { file } from './schema.ts';

/** Name of the file that holds the JSON Schema, at the root of the repository. */
export const JSON_SCHEMA_FILE = 'harpoon.schema.json';

/** Checks of ours that JSON Schema has no words for; what they read is in pattern and enum. */
const OURS = ['check', 'raw_check', 'raw_transform', 'transform'];

/** The JSON Schema as an object. */
export function jsonSchema(): object {
  const { $schema, ...rest } = toJsonSchema(file, { typeMode: 'output', ignoreActions: OURS });
  return { $schema, title: 'harpoon.yaml', ...rest };
}

/** The text of the JSON Schema file. */
export async function jsonSchemaText(): Promise<string> {
  const text = JSON.stringify(jsonSchema());
  const { code, errors } = await format(JSON_SCHEMA_FILE, text, { printWidth: 100 });
  const [error] = errors;
  assert(error === undefined, `the JSON Schema is JSON: ${error?.message ?? ''}`);
  return code;
}
