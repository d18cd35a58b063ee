import { connect } from 'node:net';

/** An HTTP/1.1 response as it was received. */
export interface RawResponse {
  readonly status: number;
  /** By name in lower case. Values of repeated fields are joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const RESPONSE_TIMEOUT_MS = 10_000;

/**
 * Sends `bytes` over a new TCP connection and reads until the peer closes it, or the first response is complete. The
 * bytes are sent as they are: `fetch` would normalize paths and refuse malformed requests.
 * @returns the first response; undefined if the peer closed the connection without one
 * @throws Error if no complete response arrives within 10 seconds
 */
export function exchangeRaw(url: URL, bytes: string): Promise<RawResponse | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse | undefined>();
  const socket = connect(Number(url.port || 80), url.hostname);
  const isHead = bytes.startsWith('HEAD ');
  let received = '';
  const finish = (response: RawResponse | undefined) => {
    resolve(response);
    socket.destroy();
  };
  const timer = setTimeout(() => {
    const message = `no complete response to ${JSON.stringify(bytes.slice(0, 80))} within ${RESPONSE_TIMEOUT_MS} ms; received ${JSON.stringify(received.slice(0, 200))}`;
    reject(new Error(message));
    socket.destroy();
  }, RESPONSE_TIMEOUT_MS);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const response = parseResponse(received, { isHead, isClosed: false });
    if (response) finish(response);
  });
  // A server that refuses a large request may close the connection while the request is still being sent.
  socket.on('error', () => {});
  socket.on('close', () => finish(parseResponse(received, { isHead, isClosed: true })));
  socket.write(bytes, 'latin1');
  return promise.finally(() => clearTimeout(timer));
}

interface ParseState {
  /** Whether the response has no body because the request is HEAD. */
  readonly isHead: boolean;
  readonly isClosed: boolean;
}

/** Parses the first response in `text`. Returns undefined if it is incomplete. */
function parseResponse(text: string, { isHead, isClosed }: ParseState): RawResponse | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...fields] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  const headers = headersOf(fields);
  const rest = text.slice(end + 4);
  if (status === 100) return parseResponse(rest, { isHead, isClosed });
  if (isHead || status === 204 || status === 304) return { status, headers, body: rest };
  if (headers.get('transfer-encoding') === 'chunked') {
    const body = decodeChunks(rest);
    return body === undefined ? undefined : { status, headers, body };
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (rest.length >= length) return { status, headers, body: rest.slice(0, length) };
  return isClosed ? { status, headers, body: rest } : undefined;
}

function headersOf(fields: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    const value = field.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

/** Returns the content of a chunked body (RFC 9112, 7.1), or undefined if its last chunk is missing. */
function decodeChunks(text: string): string | undefined {
  let body = '';
  for (let rest = text; ; ) {
    const lineEnd = rest.indexOf('\r\n');
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.slice(0, lineEnd), 16);
    if (size === 0) return body;
    const chunk = rest.slice(lineEnd + 2, lineEnd + 2 + size);
    if (Number.isNaN(size) || chunk.length < size) return undefined;
    body += chunk;
    rest = rest.slice(lineEnd + 4 + size);
  }
}
