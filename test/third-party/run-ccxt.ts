/**
 * Starts the Kraken simulator and lets ccxt trade on it with its own signing. Call it with the
 * folder of the ccxt package, which is kept out of the normal install for its size.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startKraken } from '../../infra/local/kraken/server.ts';

const SCRIPT = fileURLToPath(new URL('./ccxt.mjs', import.meta.url));

const [packageFolder] = process.argv.slice(2);
if (packageFolder === undefined) throw new Error('name the folder of the ccxt package');
const key = 'ccxt-key';
const secret = Buffer.alloc(64, 9).toString('base64');
const kraken = await startKraken({
  port: 0,
  accounts: [{ key, secret, balances: { USD: '10000' } }],
});
const child = spawn(process.execPath, [SCRIPT, kraken.url, key, secret, packageFolder], {
  stdio: 'inherit',
});
const [code] = (await once(child, 'exit')) as [number | null];
await kraken.close();
process.exit(code ?? 1);
