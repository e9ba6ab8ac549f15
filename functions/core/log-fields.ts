/** What a log line says beside its event. */

/**
 * Fields of a log line: flat, small, and free of secrets. `event` and `level` are the line's own: a
 * field of that name would stand in their place, and whoever searches the log would not find it.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly event?: undefined;
  readonly level?: undefined;
};
