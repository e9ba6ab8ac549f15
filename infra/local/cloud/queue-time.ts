/** The time by which a queue lives: of the system, or of a test that lets five minutes pass at once. */
export interface QueueTime {
  nowMs(): number;
  /** Calls back once after so much of this time; returns how to call that off. */
  after(ms: number, act: () => void): () => void;
}

/** The system's own. Waiting for it keeps no process alive. */
export const SYSTEM_TIME: QueueTime = {
  nowMs: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms).unref();
    return () => clearTimeout(timer);
  },
};
