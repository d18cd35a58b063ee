import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { ExchangeResponse } from '../../kit/edge/exchange.ts';
import { sendEvents } from '../../kit/edge/send-events.ts';
import { acceptedEncoding, type EncodedFile, encodePage } from './encoded-file.ts';
import type { PageAnswer } from './page-answer.ts';

export interface SendOptions {
  /** Values of `Set-Cookie` before those of the answer. */
  readonly cookies: readonly string[];
  readonly heartbeatMs: number;
}

type AnyRequest = Request<Record<string, string>, unknown, unknown, unknown>;

/** Sends the response to a visit. @throws the error of an event stream before its first event */
export async function sendAnswer(
  request: AnyRequest,
  response: ExchangeResponse,
  answer: PageAnswer,
  { cookies: earlier, heartbeatMs }: SendOptions,
): Promise<void> {
  const cookies = [...earlier, ...(answer.cookies ?? [])];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  switch (answer.kind) {
    case 'page':
      return sendPage(request, response, answer);
    case 'file':
      return sendFile(request, response, answer.file);
    case 'redirect':
      response.writeHead(303, { location: answer.to, 'content-length': 0 }).end();
      return;
    case 'json': {
      const body = Buffer.from(JSON.stringify(answer.body));
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        'content-length': body.length,
      });
      response.end(body);
      return;
    }
    case 'events': {
      const { signal, log } = response.locals.exchange.context;
      const { event, source } = answer;
      await sendEvents(response, source, { event, headers: {}, heartbeatMs, signal, log });
    }
  }
}

async function sendPage(
  request: AnyRequest,
  response: ExchangeResponse,
  { status = 200, body, isShared = false }: Extract<PageAnswer, { kind: 'page' }>,
): Promise<void> {
  const page = Buffer.from(body.text);
  response.setHeader('vary', 'accept-encoding, accept-language, cookie');
  // A page with a cookie shows the visitor's own account or cart.
  if (isShared && request.headers.cookie === undefined && status === 200) {
    // Weak, because all encodings of the page have the same tag (RFC 9110, 8.8.1).
    const tag = `W/"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`;
    response.set({ 'cache-control': 'public, no-cache', etag: tag });
    if (matchesTag(request.headers['if-none-match'], tag)) {
      response.writeHead(304).end();
      return;
    }
  }
  const [encoding, bytes] = await encodePage(page, acceptedEncoding(request.headers['accept-encoding']));
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': bytes.length,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  });
  response.end(bytes);
}

function sendFile(request: AnyRequest, response: ExchangeResponse, { type, bodies }: EncodedFile): void {
  const encoding = acceptedEncoding(request.headers['accept-encoding']);
  const bytes = bodies[encoding];
  const isCompressed = bytes !== bodies.identity;
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    ...(isCompressed && { 'content-encoding': encoding }),
  });
  response.end(bytes);
}

/** Compares weakly (RFC 9110, 13.1.2). */
function matchesTag(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((part) => part.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(tag.replace(/^W\//, ''));
}
