/**
 * What happened, on disk before it is answered: one line per turn, appended by a blocking write, so
 * that an order that was answered is there after kill -9 of the process. (A power cut may lose the
 * last lines: nothing here waits for the disk.) Now and then the lines are replaced by a snapshot,
 * written beside the old one and renamed over it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { assert } from '../../../functions/core/result.ts';
import { applyEvent, type ExchangeEvent } from './events.ts';
import { emptyState, parseState, stateText, type ExchangeState } from './state.ts';

const JOURNAL = 'journal.jsonl';
const SNAPSHOT = 'snapshot.json';
/** The files hold API secrets, if only made-up ones. */
const OWNER_ONLY = 0o600;

/** Where events go. */
export interface Journal {
  /** Returns when the events survive the end of the process. */
  append(events: readonly ExchangeEvent[]): void;
  close(): void;
}

interface Snapshot {
  readonly format: 1;
  readonly line: number;
  readonly state: string;
}

/** Keeps nothing. */
export function memoryJournal(): Journal {
  return { append: () => undefined, close: () => undefined };
}

/**
 * Opens the journal of a directory and brings the state back. A last line that was cut off by the
 * end of the process was never answered, and is dropped; any other damage throws.
 */
export function openJournal(options: {
  readonly directory: string;
  readonly linesPerSnapshot: number;
}): { readonly state: ExchangeState; readonly journal: Journal } {
  const { directory, linesPerSnapshot } = options;
  fs.mkdirSync(directory, { recursive: true });
  const snapshot = readSnapshot(path.join(directory, SNAPSHOT));
  const state = snapshot === undefined ? emptyState() : parseState(snapshot.state);
  const file = path.join(directory, JOURNAL);
  let line = replay(file, state, snapshot?.line ?? 0);
  const handle = fs.openSync(file, 'a', OWNER_ONLY);
  let linesInFile = line - (snapshot?.line ?? 0);
  // After a write that failed the state is ahead of the disk: nothing may be answered any more.
  let isBroken = false;

  const append = (events: readonly ExchangeEvent[]): void => {
    if (events.length === 0) return;
    assert(!isBroken, 'the journal could be written');
    isBroken = true;
    fs.appendFileSync(handle, `${JSON.stringify({ line: line + 1, events })}\n`);
    isBroken = false;
    line += 1;
    linesInFile += 1;
    if (linesInFile < linesPerSnapshot) return;
    writeSnapshot(path.join(directory, SNAPSHOT), { format: 1, line, state: stateText(state) });
    fs.ftruncateSync(handle, 0);
    linesInFile = 0;
  };
  return { state, journal: { append, close: () => fs.closeSync(handle) } };
}

function readSnapshot(file: string): Snapshot | undefined {
  if (!fs.existsSync(file)) return undefined;
  const snapshot = JSON.parse(fs.readFileSync(file, 'utf8')) as Snapshot;
  if (Number(snapshot.format) !== 1) throw new Error(`${file} has a format of another version`);
  return snapshot;
}

function writeSnapshot(file: string, snapshot: Snapshot): void {
  const fresh = `${file}.new`;
  const handle = fs.openSync(fresh, 'w', OWNER_ONLY);
  fs.writeFileSync(handle, JSON.stringify(snapshot));
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.renameSync(fresh, file);
}

/** Applies the lines after the snapshot and cuts a torn tail off; returns the last line's number. */
function replay(file: string, state: ExchangeState, from: number): number {
  if (!fs.existsSync(file)) return from;
  const text = fs.readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  let last = from;
  for (const [index, row] of whole.split('\n').entries()) {
    if (row === '') continue;
    const entry = parseLine(row, `${file}, line ${index + 1}`);
    // A snapshot was renamed into place, and the process ended before these lines were removed.
    if (entry.line <= from) continue;
    if (entry.line !== last + 1) throw new Error(`${file} misses a line before ${entry.line}`);
    for (const event of entry.events) applyEvent(state, event);
    last = entry.line;
  }
  if (whole.length < text.length) fs.truncateSync(file, Buffer.byteLength(whole));
  return last;
}

function parseLine(
  row: string,
  where: string,
): { readonly line: number; readonly events: readonly ExchangeEvent[] } {
  try {
    return JSON.parse(row) as { line: number; events: ExchangeEvent[] };
  } catch (cause) {
    throw new Error(`${where} is damaged; restore it or remove the directory`, { cause });
  }
}
