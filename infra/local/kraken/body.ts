/**
 * Reads request bodies: form and JSON. A `+` in a form is a blank, as in every form. A JSON number
 * is kept as it was written, so that neither a nonce nor a price passes through a float.
 */

/** Parameters by name; nested JSON gets the names of forms: `close[ordertype]`. */
export type Params = ReadonlyMap<string, string>;

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MAX_DEPTH = 4;

/** Reads a body by its content type; undefined when it is not readable. */
export function readParams(body: string, contentType: string): Params | undefined {
  if (contentType.includes('json') || /^\s*\{/.test(body)) return readJson(body);
  return readForm(body);
}

/** Reads a form or the query part of a URL; of a name given twice the last one counts. */
export function readForm(text: string): Params {
  return new Map(new URLSearchParams(text));
}

function readJson(text: string): Params | undefined {
  let value: unknown;
  try {
    const quoted = text.replace(STRING_OR_NUMBER, (part) => (part[0] === '"' ? part : `"${part}"`));
    value = JSON.parse(quoted);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const params = new Map<string, string>();
  return flatten(params, '', value, 0) ? params : undefined;
}

function flatten(
  params: Map<string, string>,
  prefix: string,
  value: object,
  depth: number,
): boolean {
  if (depth > MAX_DEPTH) return false;
  for (const [name, part] of Object.entries(value) as [string, unknown][]) {
    const path = prefix === '' ? name : `${prefix}[${name}]`;
    if (typeof part === 'object' && part !== null) {
      if (!flatten(params, path, part, depth + 1)) return false;
    } else if (typeof part === 'string' || typeof part === 'boolean') {
      params.set(path, String(part));
    }
  }
  return true;
}
