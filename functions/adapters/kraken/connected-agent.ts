/**
 * Keeps connections for questions. It speaks plain HTTP over connections that are made elsewhere,
 * TLS included, and hands a request over only when its connection is complete; the `socket` event
 * of a request is therefore the moment before its first byte.
 */
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** An agent whose requests get a socket only when its connection is complete. */
export class ConnectedAgent extends Agent {
  readonly #connect: () => Promise<Socket>;
  readonly #nowMs: () => number;
  readonly #idleSinceMs = new WeakMap<Duplex, number>();

  constructor(open: () => Promise<Socket>, nowMs: () => number) {
    super({ keepAlive: true, maxFreeSockets: 4 });
    this.#connect = open;
    this.#nowMs = nowMs;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    this.#connect().then(
      (socket) => callback?.(null, socket),
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    );
  }

  override keepSocketAlive(socket: Duplex): void {
    this.#idleSinceMs.set(socket, this.#nowMs());
    return super.keepSocketAlive(socket);
  }

  /** Destroys connections that have been idle for longer, as after a freeze of the Lambda. */
  dropIdle(maxIdleMs: number): void {
    for (const socket of Object.values(this.freeSockets).flat()) {
      if (socket === undefined) continue;
      const idleMs = this.#nowMs() - (this.#idleSinceMs.get(socket) ?? 0);
      if (idleMs < 0 || idleMs > maxIdleMs) socket.destroy();
    }
  }
}
