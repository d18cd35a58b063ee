import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ApiError } from '../api/api-error.ts';
import type { ProblemView } from '../api/views.ts';

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Shorter bodies are not compressed. */
const MIN_COMPRESSED_LENGTH = 4_096;

export function sendJson(response: ServerResponse, body: object | string, status = 200): void {
  send(response, status, 'application/json', typeof body === 'string' ? body : JSON.stringify(body));
}

/** Sends a problem document (RFC 9457). */
export function sendProblem(response: ServerResponse, error: ApiError): void {
  const { status, message: detail } = error;
  const problem: ProblemView = { type: 'about:blank', title: STATUS_CODES[status] ?? '', status, detail };
  if (status === 401) response.setHeader('www-authenticate', 'ApiKey header="x-api-key"');
  send(response, status, 'application/problem+json', JSON.stringify(problem));
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type, ...headers });
  response.end(body);
}

/** Begins a response without an end, such as a stream of events. */
export function startStream(response: ServerResponse, type: string, headers = {}): void {
  response.writeHead(200, { ...HEADERS, 'content-type': type, ...headers });
  response.flushHeaders();
}

const compress = promisify(gzip);

/** Sends a file of the page, compressed if the browser accepts it. */
export async function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (body.length < MIN_COMPRESSED_LENGTH || !/\bgzip\b/.test(accepted))
    return send(response, 200, type, body, headers);
  const compressed = await compress(body);
  response.writeHead(200, { ...HEADERS, 'content-type': type, 'content-encoding': 'gzip', ...headers });
  response.end(compressed);
}
