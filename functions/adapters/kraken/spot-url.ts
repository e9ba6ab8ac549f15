/** The address of Kraken's spot API in this environment. */

/** Kraken's own address; KRAKEN_SPOT_URL names another one, such as the embedded exchange. */
const KRAKEN_SPOT_URL = 'https://api.kraken.com';

/** Reads it each time, since the embedded exchange may get its port late. */
export function krakenSpotUrl(): string {
  return process.env['KRAKEN_SPOT_URL'] ?? KRAKEN_SPOT_URL;
}
