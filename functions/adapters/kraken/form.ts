/** Form bodies and queries, as Kraken reads them. Public calls use them too: no key comes near. */

/** Fields of a form body; an undefined value is left out. */
export type Form = Readonly<Record<string, string | undefined>>;

/**
 * A form body (`application/x-www-form-urlencoded`) with everything outside RFC 3986's unreserved
 * characters in percent form. A plus sign becomes `%2B`: left alone, Kraken reads it as a blank.
 */
export function encodeForm(form: Form): string {
  let body = '';
  for (const name in form) {
    const value = form[name];
    if (value === undefined) continue;
    if (body !== '') body += '&';
    body += encode(name) + '=' + encode(value);
  }
  return body;
}

/** RFC 3986's unreserved characters: nearly every field of an order has no others. */
const UNRESERVED = /^[A-Za-z0-9._~-]*$/;

function encode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  // encodeURIComponent keeps !'()* as they are, which RFC 3986 reserves.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
