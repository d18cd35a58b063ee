import type { ServerHttp2Stream } from 'node:http2';

const GRPC_HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const;
/** A frame with an empty message: one byte for the compression flag, four for the length. */
const EMPTY_MESSAGE = Buffer.alloc(5);
const LATE_ANSWER_MS = 200;

/** How a scripted callee can handle a request, by the name of the behavior. */
export const BEHAVIORS = {
  answer: (stream) => {
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY_MESSAGE);
  },
  'answer late': (stream) => {
    const timer = setTimeout(() => BEHAVIORS.answer(stream), LATE_ANSWER_MS);
    stream.on('close', () => clearTimeout(timer));
  },
  hang: () => {},
  'refuse the stream': (stream) => stream.close(7),
  'reset the stream': (stream) => stream.close(2),
  'answer HTTP 500': (stream) => stream.respond({ ':status': 500 }, { endStream: true }),
  'answer HTTP 503': (stream) => stream.respond({ ':status': 503 }, { endStream: true }),
  'answer CANCELLED': (stream) => sendTrailersOnly(stream, 1),
  'answer DEADLINE_EXCEEDED': (stream) => sendTrailersOnly(stream, 4),
  'answer RESOURCE_EXHAUSTED': (stream) => sendTrailersOnly(stream, 8),
  'answer INTERNAL': (stream) => sendTrailersOnly(stream, 13),
  'answer UNAVAILABLE': (stream) => sendTrailersOnly(stream, 14),
  'answer UNAVAILABLE after headers': (stream) => {
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '14' }));
    stream.end();
  },
} as const satisfies Record<string, (stream: ServerHttp2Stream) => void>;

export type Behavior = keyof typeof BEHAVIORS;

/** Sends a Trailers-Only response (gRPC over HTTP/2). */
function sendTrailersOnly(stream: ServerHttp2Stream, status: number): void {
  stream.respond({ ...GRPC_HEADERS, 'grpc-status': String(status) }, { endStream: true });
}
