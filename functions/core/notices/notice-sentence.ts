/** Reasons come from many places; in a notice each is a sentence. */

/** Ends with a full stop, unless it ends itself. */
export function ended(why: string): string {
  const whole = why.trim();
  return whole === '' || /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Begins large and ends with a full stop. */
export function sentence(why: string): string {
  const whole = ended(why);
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
