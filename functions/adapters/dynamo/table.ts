/**
 * The one table, as whoever creates it must make it: the CDK stack on AWS and the local stack on one
 * machine. Keys are text; billing is on demand.
 */

/** Name of the table where nobody chose another. */
export const TABLE_NAME = 'harpoon';

/** Attributes of the primary key. */
export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';

/**
 * The sparse index of what somebody must look at again: an item without both keys is not in it. It
 * projects keys only; whoever finds an item by it reads the item consistently before acting.
 */
export const DUE_INDEX = 'due';
export const DUE_PARTITION_KEY = 'gsi1pk';
export const DUE_SORT_KEY = 'gsi1sk';

/** Attribute by which DynamoDB's time to live removes delivered notices, in seconds of Unix time. */
export const EXPIRES_AT = 'expiresAtS';
