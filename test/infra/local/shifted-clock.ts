/**
 * Loaded into a process before all else: its wall clock is ahead by as many milliseconds as the file
 * CLOCK_FILE says, read anew at every look. Timers run as they always do.
 */
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_FILE'] ?? '';
const RealDate = Date;

function nowMs(): number {
  return RealDate.now() + Number(readFileSync(file, 'utf8'));
}

globalThis.Date = new Proxy(RealDate, {
  construct(target, input, newTarget): Date {
    const args = input.length === 0 ? [nowMs()] : input;
    return Reflect.construct(target, args, newTarget) as Date;
  },
  get(target, name): unknown {
    return name === 'now' ? nowMs : Reflect.get(target, name);
  },
});
