/**
 * Opens connections to one exchange host. A connection is handed out only once it is complete, TLS
 * handshake and certificate included: whatever fails before that provably sent no byte of a request.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where an exchange is reached. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  /** For the Host header: with the port only where it is not the scheme's own. */
  readonly hostHeader: string;
  readonly tls: boolean;
  /** A certificate authority to trust instead of the public ones, in PEM. */
  readonly ca?: string;
}

/**
 * Reads the address of an exchange, `https://api.kraken.com`. Plain http is allowed to this machine
 * alone, because keys and signatures travel on the connection. Throws with what to write instead.
 */
export function readOrigin(url: string, ca?: string): Origin {
  const { protocol, hostname, host, port, pathname, search, hash, username } = new URL(url);
  const tls = protocol === 'https:';
  if (!tls && !(protocol === 'http:' && isLoopback(hostname))) {
    throw new TypeError(`${protocol}//${host} is not safe for API keys; write https://${host}`);
  }
  if (pathname !== '/' || search !== '' || hash !== '' || username !== '') {
    throw new TypeError(`write the exchange's address without path or user: ${protocol}//${host}`);
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (tls ? 443 : 80) : Number(port),
    hostHeader: host,
    tls,
    ...(ca === undefined ? {} : { ca }),
  };
}

/** Opens a connection; rejects with what failed when it is not complete within the time. */
export function connect(origin: Origin, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = open(origin);
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const closed = () => fail(new Error('the connection was closed while it was being opened'));
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      // A late second error of a dead socket must not become an uncaught one.
      socket.on('error', () => undefined);
      reject(error);
    };
    socket.once('error', fail);
    socket.once('close', closed);
    socket.once(origin.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', closed);
      resolve(socket);
    });
  });
}

function open({ host, port, tls, ca }: Origin): Socket {
  const tcp = { host, port, noDelay: true };
  if (!tls) return connectTcp(tcp);
  return connectTls({
    ...tcp,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
