/**
 * The numbers of the order protocol, in one place because they lean on each other. Each says what
 * breaks when it is changed.
 */

/** Times an order may be licensed to go out in its life, whatever a source wishes. */
export const MAX_SENDS = 2;

/**
 * From PREPARE to the moment after which Kraken's engine refuses the order. Kraken accepts 2 s to
 * 60 s (AddOrder, `deadline`); long enough for one slow call, short enough for a look-up to follow.
 */
export const DEADLINE_MS = 10_000;

/**
 * An order is not sent any more when less than this is left until its deadline: Kraken refuses a
 * deadline less than 2 s ahead, and its clock may be MAX_SKEW_MS ahead of ours.
 */
export const DEADLINE_REST_MS = 4_500;

/** AddOrder is given up after this long; below DEADLINE_MS, far below the function's time-out. */
export const PLACE_TIMEOUT_MS = 7_000;

/** How long a worker holds a lane; longer than any invocation may still send. */
export const LANE_MS = 20_000;

/** PREPARE needs this much of the lane left: PLACE_TIMEOUT_MS and some. */
export const LANE_REST_MS = 9_000;

/**
 * Nonces reserved with a lane: more than one invocation can use, fewer than microseconds between
 * two of them.
 */
export const LANE_NONCES = 256;

/** How long a worker waits for a busy lane before it leaves the order to a later try. */
export const LANE_WAIT_MS = 5_000;

/** A prepared row older than this has lost its worker (the function's time-out is 15 s). */
export const PREPARED_STALE_MS = 20_000;

/**
 * After the deadline, before absence means anything: Kraken's reads lag execution by up to 60 s
 * (btschwertfeger/kraken-infinity-grid, issue 82).
 */
export const SETTLE_MS = 90_000;

/** Two sweeps that both find nothing prove absence when they are at least this far apart. */
export const SWEEP_GAP_MS = 15_000;

/** Sweeps that prove absence. */
export const SWEEPS_NEEDED = 2;

/** After this long without an answer a person is called. */
export const GIVE_UP_MS = 15 * 60_000;

/**
 * After this long without an answer a person is told that it is not known; longer than a look-up
 * that finds or misses its order takes, so that most are settled before.
 */
export const UNKNOWN_TOLD_MS = 5 * 60_000;

/** While a person is called, look again this often, and not for ever. */
export const LOOK_AGAIN_MS = 10 * 60_000;
export const LOOK_AGAIN_UNTIL_MS = 7 * 24 * 3_600_000;

/** A received row that no worker took after this long is queued again. */
export const REQUEUE_MS = 20_000;

/** An order that waits longer than this, as an exit may, is told to a person once. */
export const WAITING_TOLD_MS = 2 * 60_000;

/**
 * An order that waits longer than this waits for a person, as behind a kill switch, or for an exchange
 * that is away: a lost answer is settled by then. From then on it is tried once a minute, in a single
 * round.
 */
export const WAITS_LONG_MS = GIVE_UP_MS;

/** Larger clock differences to the exchange make the deadline meaningless: nothing is prepared. */
export const MAX_SKEW_MS = 2_000;

/** How long an order that only reduces a position may wait to be carried out. */
export const REDUCING_MAX_AGE_MS = 24 * 3_600_000;
