import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  EDGE_PROBLEMS,
  type EdgeProblem,
  type EdgeProblemCode,
  PROBLEM_PATH,
} from '../../../mesh/policy/edge-problems.ts';
import { uuidv7 } from '../fields/uuid.ts';

/** Problems by the code of Node's error. Every other error is a malformed request. */
const CODES: Readonly<Record<string, EdgeProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Returns whether a request has a version of HTTP/1 and, since 1.1, the header `Host` (RFC 9112, 3.2). */
export function isWellFormed({ httpVersion, headers: { host } }: IncomingMessage): boolean {
  return httpVersion === '1.0' || (httpVersion === '1.1' && host !== undefined);
}

/**
 * Answers a request that Node's parser refused with a problem (RFC 9457), and closes the connection. Node would answer
 * with an empty body.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'malformed-request';
  const { status, title, detail }: EdgeProblem = EDGE_PROBLEMS[code];
  const requestId = uuidv7();
  const body = JSON.stringify({ type: PROBLEM_PATH + code, title, status, detail, code, requestId });
  socket.end(
    [
      `HTTP/1.1 ${status} ${title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
