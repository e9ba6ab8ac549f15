/**
 * What the way to Kraken may do to an order instead of answering it. None of it says whether the
 * order was placed.
 */
import type { Socket } from 'node:net';
import { http, krakenSays } from './loopback.ts';

/** Kraken's words for an order that it took. */
export const PLACED = { descr: { order: 'buy 1 XBTUSD @ market' }, txid: ['OUF4EM-FRGI2-MQMWZD'] };

const ELSEWHERE = 'Location: /0/private/AddOrder\r\n';
const HTML = '<html><body>502 Bad Gateway</body></html>';
const JSON_CUT = '{"error":[],"result":{"txid":["OUF4';
/** What becomes of the connection; the request has been read. `reset` ends it by RST. */
export type Misbehaviour = (socket: Socket, reset: () => void) => void;

/** Every way of giving no readable answer, named so that it follows "an order that". */
export const MISBEHAVIOURS: readonly (readonly [string, Misbehaviour])[] = [
  ['is reset', (_, reset) => reset()],
  ['is closed', (socket) => socket.end()],
  ['is closed after half a status line', (socket) => socket.end('HTTP/1.1 20')],
  ['is answered with 421', (socket) => socket.write(http('421 Misdirected Request', ''))],
  ['is answered with 401', (socket) => socket.write(http('401 Unauthorized', '{"error":[]}'))],
  ['is answered with 429', (socket) => socket.write(http('429 Too Many Requests', HTML))],
  ['is answered with 204', (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n')],
  ['is answered with 101', (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
  ['is answered with an HTML 502', (socket) => socket.write(http('502 Bad Gateway', HTML))],
  ['is answered with an HTML 503', (socket) => socket.write(http('503 Service Unavailable', HTML))],
  ['is answered with an HTML 520', (socket) => socket.write(http('520 Unknown Error', HTML))],
  [
    'is answered with a 307',
    (socket) => socket.write(http('307 Temporary Redirect', '', ELSEWHERE)),
  ],
  ['is answered with no order id', (socket) => socket.write(krakenSays({ ...PLACED, txid: [] }))],
  ['is answered with an HTML 200', (socket) => socket.write(http('200 OK', HTML))],
  ['is answered with nothing', (socket) => socket.write(http('200 OK', ''))],
  ['is answered with JSON that is cut', (socket) => socket.write(http('200 OK', JSON_CUT))],
  ['is answered with JSON of another kind', (socket) => socket.write(http('200 OK', '[1]'))],
  ['is answered without an error list', (socket) => socket.write(http('200 OK', '{"result":{}}'))],
  ['is answered with a body that is cut', (socket) => socket.end(krakenSays(PLACED).slice(0, -10))],
  [
    'is answered with a body that ends early by reset',
    (socket, reset) => {
      socket.write(krakenSays(PLACED).slice(0, -10), reset);
    },
  ],
  ['is answered by no HTTP at all', (socket) => socket.write('SSH-2.0-OpenSSH\r\n')],
  [
    'is answered with endless headers',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`),
  ],
  [
    'is answered with a huge body',
    (socket) => socket.write(http('200 OK', `{"error":[],"x":"${'x'.repeat(100_000)}"}`)),
  ],
  ['is not answered', () => undefined],
  [
    'is answered with headers only',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n'),
  ],
  [
    'is answered a byte at a time',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n');
      const drip = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(drip));
    },
  ],
];
