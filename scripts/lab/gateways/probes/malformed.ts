import { bytesProbe, type GatewayProbe } from '../probe.ts';

const START = 'POST /v1/sessions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n';
const REFUSAL = '400 malformed-request';

/** Requests that two servers could split differently (request smuggling, RFC 9112, 11.2), and other malformed requests. */
export const MALFORMED_PROBES: readonly GatewayProbe[] = [
  bytesProbe(
    'a request with a length and an encoding',
    `${START}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    REFUSAL,
  ),
  bytesProbe(
    'a request with two lengths',
    `${START}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `,
    REFUSAL,
  ),
  bytesProbe('a request with a negative length', `${START}Content-Length: -1\r\n\r\n`, REFUSAL),
  bytesProbe(
    'a request with an unknown encoding',
    `${START}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`,
    REFUSAL,
  ),
  bytesProbe('a request with a space before a colon', `${START}Content-Length : 2\r\n\r\n{}`, REFUSAL),
  bytesProbe(
    'a request with a folded header',
    `${START}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}`,
    REFUSAL,
  ),
  bytesProbe('a request with NUL in a header', `${START}X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}`, REFUSAL),
  bytesProbe(
    'a request with an invalid chunk size',
    `${START}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    REFUSAL,
  ),
  bytesProbe('a request without Host', 'GET /v1/products HTTP/1.1\r\nConnection: close\r\n\r\n', REFUSAL),
  bytesProbe('a request line without a version', 'GET /v1/products\r\n\r\n', REFUSAL),
  bytesProbe(
    'a request with a space in its path',
    'GET /v1/pro ducts HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n',
    REFUSAL,
  ),
];
