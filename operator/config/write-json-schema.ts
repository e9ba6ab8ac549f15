/** Writes harpoon.schema.json; to be run after a change of the schema: `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { JSON_SCHEMA_FILE, jsonSchemaText } from './json-schema.ts';

const target = new URL(`../../${JSON_SCHEMA_FILE}`, import.meta.url);
writeFileSync(target, await jsonSchemaText());
