/**
 * Names of assets as people write them. Kraken calls two assets otherwise than the rest of the
 * world does: bitcoin is XBT and dogecoin is XDG in its ids, altnames and wsnames, while its
 * WebSocket v2 says BTC and DOGE. Nothing else is renamed, and no letter is ever stripped: XTZ, XRP
 * and ZEC begin with X and Z by themselves.
 * Source: https://docs.kraken.com/api/docs/guides/spot-ws-intro
 */

const RENAMED: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

/** The canonical name of an asset, from Kraken's altname for it: `XBT` is `BTC`, `USD` is `USD`. */
export function assetName(altname: string): string {
  return Object.hasOwn(RENAMED, altname) ? (RENAMED[altname] ?? altname) : altname;
}
