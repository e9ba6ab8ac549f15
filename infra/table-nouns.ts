/**
 * Partition keys of the table by noun, as patterns of `dynamodb:LeadingKeys`; see
 * adapters/dynamo/keys.ts. Which of them go together is said here, who may do what in permissions.ts.
 */
import {
  ALERT_REVISION,
  AMENDED,
  BOOKS as BOOK_NAMES,
  DUE,
  FOLLOWED,
  OUTBOX,
  OUTBOX_DONE,
  RECALLED,
  SETTLED_PREFIX,
  SWITCH_ENTRIES,
} from '../functions/adapters/dynamo/keys.ts';

export const ORDERS = 'ORD#*';
export const LANES = 'KEY#*';
export const SWITCHES = 'CTL';
export const SWITCH_LOG = SWITCH_ENTRIES.pk;
export const HALTS = 'HALT#*';
const CANCELS = 'CANCEL#*';
export const [RECALLS, AMENDS] = ['RECALL#*', 'AMEND#*'];
/** What somebody asked for and a worker carries out. */
export const ASKED = [HALTS, CANCELS, RECALLS, AMENDS];
export const [RISK, BOOKS] = ['RISK#*', 'BOOK#*']; // Books are what strategies own.
export const PAPER = 'PAPER#*'; // Whoever looks at one first writes what prices did to it.
/** What carrying out an order or looking at one reads. */
export const CARRIED_OUT = [ORDERS, LANES, SWITCHES, RISK, PAPER, BOOKS, ...ASKED];
export const NOTICES = 'OUT#*';
export const MARKET = 'MARKET';
export const HEARD = 'HEARD#*';
export const WATCHES = 'WATCH#*';
/** What settling orders writes, recalls of what a silent source has resting among it. */
export const RECONCILED = [ORDERS, NOTICES, MARKET, SWITCH_LOG, CANCELS, RECALLS, PAPER, WATCHES];
/** The parts of the index in which it looks. */
const ROWS = [DUE, FOLLOWED, `${SETTLED_PREFIX}*`];
export const LOOKED_AT = [...ROWS, BOOK_NAMES, OUTBOX, OUTBOX_DONE, RECALLED, AMENDED];
export const ALERTS = [ALERT_REVISION.pk, `${ALERT_REVISION.pk}#*`];
export const RAISES = 'RAISE#*';
