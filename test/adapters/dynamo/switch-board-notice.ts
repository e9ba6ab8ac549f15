/** A notice for tests of what tells in the same step. */
import type { Notice } from '../../../functions/core/notices/notice.ts';

/** A notice with this id. */
export function sentenceNotice(id: string): Notice {
  return { id, atMs: 1_000, urgency: 'page', channels: [], title: 'Halted', text: 'By a test.' };
}
