/**
 * Going on after a halt, by a person and in two steps: the first shows why the switch is off and
 * what is open, and gives a code; the second, within five minutes and with that code, turns the
 * switch on. If anybody turned it in between, the code is worth nothing: what was looked at is not
 * what would be resumed.
 */
import type { Clock, Ids } from '../ports.ts';
import type { Config } from '../config.ts';
import type { ResumeCode, SwitchBoard, SwitchScope, SwitchState } from './switch-board.ts';
import { resumedNotice } from '../notices/switch-notice.ts';

/** How long a code holds. */
export const RESUME_CODE_MS = 5 * 60_000;

/** What resuming works with. */
export interface ResumeDeps {
  readonly config: Config;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly ids: Ids;
  readonly board: SwitchBoard;
}

/** The first step's answer. */
export type ResumeOffer =
  | { readonly kind: 'offered'; readonly state: SwitchState; readonly offer: ResumeCode }
  /** It blocks nothing, or was never armed: there is nothing to resume. */
  | { readonly kind: 'not-halted' };

/** Step one: looks at the switch and offers a code. */
export async function requestResume(scope: SwitchScope, deps: ResumeDeps): Promise<ResumeOffer> {
  const state = await deps.board.read(scope);
  if (state === undefined || state.blocks === 'nothing') return { kind: 'not-halted' };
  const offer: ResumeCode = {
    code: deps.ids.uuid().slice(-8),
    version: state.version,
    untilMs: deps.clock.nowMs() + RESUME_CODE_MS,
  };
  await deps.board.offerResume(scope, offer);
  return { kind: 'offered', state, offer };
}

/** The second step's answer. */
export type Resumed = 'resumed' | 'not-halted' | 'wrong-code' | 'turned-meanwhile';

/** Step two: turns the switch on with the code of step one. */
export async function confirmResume(
  scope: SwitchScope,
  wish: { readonly code: string; readonly why: string; readonly by: string },
  { board, clock, config }: ResumeDeps,
): Promise<Resumed> {
  const was = await board.read(scope);
  if (was === undefined || was.blocks === 'nothing') return 'not-halted';
  const turn = { why: wish.why, by: wish.by, atMs: clock.nowMs() };
  const notice = resumedNotice(scope, was, turn, config);
  const result = await board.resume(scope, was, { ...turn, notice, code: wish.code });
  if (result === 'turned') return 'resumed';
  return result === 'lost' ? 'turned-meanwhile' : 'wrong-code';
}
