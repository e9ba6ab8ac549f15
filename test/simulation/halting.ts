/**
 * Halts and resumes: senders whose messages halt, with their own secret or with the halt secret,
 * people who halt from the command line, and a person who resumes in two steps after a while. Drawn
 * from a stream of its own.
 */
import type { Config } from '../../functions/core/config.ts';
import {
  haltTrading,
  type HaltDeps,
  type HaltOrder,
} from '../../functions/core/halt/halt-trading.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import {
  confirmResume,
  requestResume,
  type ResumeDeps,
} from '../../functions/core/halt/resume-trading.ts';
import type { SignalRequest } from '../../functions/core/receive/signal-request.ts';
import {
  EVERY_ACCOUNT,
  switchOf,
  type SwitchBoard,
  type SwitchScope,
} from '../../functions/core/halt/switch-board.ts';
import type { People } from './people.ts';
import type { Surroundings } from './process.ts';
import { Random } from './random.ts';
import type { Post } from './senders.ts';
import type { Task } from './task-calls.ts';
import { signed, tokenOf, type SourceCredentials } from './source-credentials.ts';

/** What a person's command works with. */
export type CommandDeps = HaltDeps &
  ResumeDeps &
  Pick<OrderDeps, 'clock'> & {
    /** Says what the command is about. */
    readonly onTask: (task: Task) => void;
  };

/** What halting reaches for. */
interface Stage {
  readonly seed: number;
  readonly endMs: number;
  readonly config: Config;
  readonly credentials: SourceCredentials;
  readonly people: People;
  readonly post: Post;
  /** Whether halts may sell what is held. */
  readonly flattens: boolean;
  /** Hears of a person's halt that sells. */
  readonly onSale: (order: HaltOrder) => void;
  /** Runs a command to its end. */
  readonly command: (body: (deps: CommandDeps) => Promise<void>) => void;
}

/** Halts in a million that sell, where they may. */
const SELLING = 500_000;
const RESENDS_MAX = 3;
const RESEND_MS = 5_000;
/** Time between two halts, and until somebody goes on. */
const BETWEEN_MS = [10_000, 8 * 60_000] as const;
const RESUMED_AFTER_MS = [5_000, 150_000] as const;

/** Halts until the faults end; what is halted then stays so. */
export class Halting {
  readonly #around: Surroundings;
  readonly #stage: Stage;
  readonly #random: Random;
  /** Whether a halt sells; a stream of its own. */
  readonly #selling: Random;
  #count = 0;

  constructor(around: Surroundings, stage: Stage) {
    this.#around = around;
    this.#stage = stage;
    this.#random = new Random(stage.seed, 'halting');
    this.#selling = new Random(stage.seed, 'selling');
  }

  /** Lets it begin. */
  start(): void {
    const { scheduler } = this.#around;
    scheduler.after(this.#random.between(...BETWEEN_MS), () => {
      if (scheduler.nowMs >= this.#stage.endMs) return;
      if (this.#random.chance(700_000)) this.#message();
      else this.#order();
      scheduler.after(this.#random.between(...RESUMED_AFTER_MS), () => this.#resume());
      this.start();
    });
  }

  #message(): void {
    const random = this.#random;
    const { config, credentials } = this.#stage;
    const source = random.pick(Object.keys(config.sources));
    const { auth, accounts = [] } = config.sources[source] ?? {};
    const isHaltSecret = random.chance(400_000);
    const fields = {
      action: 'halt',
      level: random.pick(['entries', 'all']),
      cancel: random.pick(['true', 'false']),
      ...(random.chance(300_000) ? { account: random.pick(accounts) } : {}),
      ...(isHaltSecret && random.chance(200_000) ? { scope: 'global', account: undefined } : {}),
      ...(this.#sells() ? { flatten: 'true', level: undefined } : {}),
    };
    this.#count += 1;
    const secret = isHaltSecret ? credentials.haltSecretOf(source) : credentials.usedBy(source);
    const isSigned = auth === 'standard-webhooks' && !isHaltSecret;
    const body = Buffer.from(JSON.stringify(isSigned ? fields : { ...fields, secret }));
    const envelope = { id: `halt-${this.#count}`, atMs: this.#around.scheduler.nowMs, body };
    this.#around.scheduler.trace('halt asked by', source, fields.level ?? 'flatten');
    const request: SignalRequest = {
      method: 'POST',
      hook: { source, token: tokenOf(source) },
      contentType: 'application/json',
      contentEncoding: '',
      headers: isSigned ? signed(secret, envelope) : new Map(),
      address: '192.0.2.1',
      body,
    };
    this.#send(request, RESENDS_MAX);
  }

  #send(request: SignalRequest, left: number): void {
    this.#stage.post(request, (status) => {
      this.#around.seen.add(`halt answered ${status}`);
      if (status < 500 || left === 0) return;
      this.#around.scheduler.after(RESEND_MS, () => this.#send(request, left - 1));
    });
  }

  #order(): void {
    const random = this.#random;
    const scopes = [random.pick(this.#scopes())];
    const level = random.pick(['entries', 'all'] as const);
    const asked = { scopes, level, cancel: random.chance(500_000), why: 'look', by: 'ann' };
    // Now and then with a switch that stops the sales too: they end suppressed.
    const flatten = this.#sells();
    const order: HaltOrder = flatten
      ? { ...asked, flatten, level: this.#selling.chance(900_000) ? 'entries' : level }
      : asked;
    this.#stage.command(async (deps) => {
      deps.onTask('halting');
      if (flatten) this.#stage.onSale(order);
      await haltTrading(order, deps);
      this.#around.seen.add('halt by a person');
    });
  }

  #sells(): boolean {
    return this.#stage.flattens && this.#selling.chance(SELLING);
  }

  #resume(): void {
    for (const scope of this.#scopes()) {
      if (this.#random.chance(300_000)) continue;
      const looksMs = this.#random.between(1_000, 60_000);
      this.#stage.command(async (deps) => {
        deps.onTask('resuming');
        const step = await requestResume(scope, deps);
        if (step.kind !== 'offered') return;
        await deps.clock.sleep(looksMs);
        const board = this.#boardOf(deps.board);
        const wish = { code: step.offer.code, why: 'looked', by: 'ann' };
        const result = await confirmResume(scope, wish, { ...deps, board });
        this.#around.seen.add(`resume: ${result}`);
      });
    }
  }

  /** Nobody lifts the switch over all accounts while the table is restored. */
  #boardOf(board: SwitchBoard): SwitchBoard {
    return {
      ...board,
      resume: (scope, was, resumed) =>
        scope.kind === 'global' && this.#stage.people.isRestoring
          ? Promise.resolve('lost')
          : board.resume(scope, was, resumed),
    };
  }

  #scopes(): readonly SwitchScope[] {
    return [EVERY_ACCOUNT, ...Object.keys(this.#stage.config.accounts).map(switchOf)];
  }
}
