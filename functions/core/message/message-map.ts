/**
 * Where the fields of a source's messages stand, for senders whose words are not ours: paths and
 * tables of values, no expressions. A provider's messages are read by configuration alone.
 */

/** Settings by Harpoon's name of the field (`action`, `symbol`, `size`, `price`, `id`, `time`, ...). */
export type MessageMap = Readonly<Record<string, MappedField>>;

/** One field: where it stands, or what it always is. */
export type MappedField =
  /** The same for every message of the source. */
  | { readonly always: string }
  /**
   * One of several members that are true or false says it: what each means, by its path
   * (`{ "order.isBuy": "buy" }`). Of a message one at most may be true.
   */
  | { readonly flags: Readonly<Record<string, string>> }
  | {
      /** Keys from the root of the message, `data.order.side`; a whole number is a place in a list. */
      readonly path: readonly string[];
      /** What the sender's values mean, without regard to case: `{ "enter long": "buy" }`. */
      readonly values?: Readonly<Record<string, string>>;
      /** What a number means: unix seconds, milliseconds, microseconds or nanoseconds. */
      readonly time?: 's' | 'ms' | 'us' | 'ns';
    };
