/**
 * Loaded before a restarted stack: its clock is `CHAOS_CLOCK_AHEAD_MS` ahead of this machine's, as
 * if the machine had been off for so long. Timers run as ever; nobody measures across a restart.
 */
const aheadMs = Number(process.env['CHAOS_CLOCK_AHEAD_MS'] ?? '0');
const machine = Date;

globalThis.Date = new Proxy(machine, {
  construct: (date, given, made) =>
    Reflect.construct(date, given.length === 0 ? [date.now() + aheadMs] : given, made) as object,
  apply: (date) => new date(date.now() + aheadMs).toString(),
  get: (date, name) =>
    name === 'now' ? () => date.now() + aheadMs : (Reflect.get(date, name) as unknown),
});
