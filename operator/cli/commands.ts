/** All commands, in the order of the help, and what their groups are about. */
import { armCommand } from '../arm-command.ts';
import { booksCommand } from './books.ts';
import { correctCommand } from './books-correct.ts';
import { rebuildCommand } from './books-rebuild.ts';
import { checkCommand } from './check-command.ts';
import { addCommand } from './alert-add.ts';
import { listCommand } from './alert-list.ts';
import { muteCommand, unmuteCommand } from './alert-mute.ts';
import { removeCommand } from './alert-remove.ts';
import { testCommand } from './alert-test.ts';
import type { Command } from './command.ts';
import { haltCommand } from './halt.ts';
import { lintCommand } from './lint.ts';
import { notificationsCommand } from './notifications.ts';
import { ordersCommand, signalsCommand } from './order-lists.ts';
import { previewCommand } from './preview.ts';
import { resumeCommand } from './resume.ts';
import { settleCommand } from './settle.ts';
import { statusCommand } from './status.ts';
import { templateCommand } from './template.ts';
import { whyCommand } from './why.ts';

/** What stands behind the first word of commands with two. */
export const GROUPS: Readonly<Record<string, string>> = {
  alerts: 'price alerts: add, list, remove, mute, try',
};

/** Every command. */
export const COMMANDS: readonly Command[] = [
  ...[statusCommand, haltCommand, resumeCommand],
  ...[signalsCommand, ordersCommand, whyCommand, settleCommand],
  ...[booksCommand, rebuildCommand, correctCommand],
  ...[addCommand, listCommand, removeCommand, muteCommand, unmuteCommand, testCommand],
  notificationsCommand,
  ...[templateCommand, lintCommand, previewCommand],
  ...[checkCommand, armCommand],
];
