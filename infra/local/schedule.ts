/** The local stand-in for EventBridge Scheduler: runs a job once a minute, never twice at once. */

/** A job that runs until it is stopped. */
export interface Schedule {
  /** Runs the job now, or waits for the run that is under way. */
  now(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs `job` every `everyMs`; a failing run is reported and the next one comes all the same. */
export function schedule(options: {
  readonly job: () => Promise<void>;
  readonly everyMs: number;
  readonly failed: (error: unknown) => void;
}): Schedule {
  let running: Promise<void> | undefined;
  const run = (): Promise<void> =>
    (running ??= options
      .job()
      .catch(options.failed)
      .finally(() => {
        running = undefined;
      }));
  const timer = setInterval(() => {
    void run();
  }, options.everyMs);
  return {
    now: run,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
