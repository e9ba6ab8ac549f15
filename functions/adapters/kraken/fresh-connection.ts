/**
 * The connection for the next order: opened ahead of time, used once, never old.
 *
 * A connection that has rested may be dead without this side knowing it: the server closes idle
 * ones, and a frozen Lambda hears of that only after it has thawed. An order written to such a
 * connection is answered by a reset, and a reset after writing is an unknown outcome: a trade lost
 * until it is settled. So an order gets a connection that was opened at most FRESH_FOR_MS ago and
 * has carried nothing yet. `warm` opens it while the licence to send is being written, so it costs
 * no time.
 */
import type { Socket } from 'node:net';

/** How long after the start of its opening a connection may still be given to an order. */
export const FRESH_FOR_MS = 3_000;

/** Opens a complete connection, or rejects. */
export type Connect = () => Promise<Socket>;

interface Spare {
  readonly socket: Promise<Socket>;
  readonly openedAtMs: number;
  readonly expiry: NodeJS.Timeout;
}

/** Holds at most one connection in reserve. */
export class FreshConnection {
  readonly #connect: Connect;
  readonly #nowMs: () => number;
  #spare: Spare | undefined;

  constructor(connect: Connect, nowMs: () => number) {
    this.#connect = connect;
    this.#nowMs = nowMs;
  }

  /** Opens the connection in reserve, unless one is being opened or is fresh. Never throws. */
  warm(): void {
    if (this.#spare !== undefined && this.#isFresh(this.#spare)) return;
    this.close();
    const spare: Spare = {
      socket: this.#connect(),
      openedAtMs: this.#nowMs(),
      // Nobody came for it. The timer keeps no process alive.
      expiry: setTimeout(() => this.#giveUp(spare), FRESH_FOR_MS).unref(),
    };
    this.#spare = spare;
    spare.socket.then(
      (socket) => {
        // In reserve it neither keeps the process alive nor ends it by an error.
        socket.on('error', () => undefined);
        if (this.#spare === spare) socket.unref();
        socket.once('close', () => this.#forget(spare));
      },
      () => this.#forget(spare),
    );
  }

  /** The fresh connection, or a new one. Rejects when none could be opened. */
  async take(): Promise<Socket> {
    const spare = this.#spare;
    if (spare === undefined || !this.#isFresh(spare)) {
      this.close();
      return this.#connect();
    }
    this.#forget(spare);
    const socket = await spare.socket;
    if (isOpen(socket)) return socket.ref();
    // The server closed it in the meantime. Nothing was written, so another one is safe.
    socket.destroy();
    return this.#connect();
  }

  /** Gives the reserve up. */
  close(): void {
    if (this.#spare !== undefined) this.#giveUp(this.#spare);
  }

  #giveUp(spare: Spare): void {
    this.#forget(spare);
    spare.socket.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
  }

  #forget(spare: Spare): void {
    clearTimeout(spare.expiry);
    if (this.#spare === spare) this.#spare = undefined;
  }

  #isFresh({ openedAtMs }: Spare): boolean {
    // Not left to the timer, which stands still while a Lambda is frozen. A clock that was set back
    // makes the age unknown, which is too old.
    const ageMs = this.#nowMs() - openedAtMs;
    return ageMs >= 0 && ageMs <= FRESH_FOR_MS;
  }
}

function isOpen(socket: Socket): boolean {
  return !socket.destroyed && socket.writable && !socket.readableEnded;
}
