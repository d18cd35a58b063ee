import type { ServerHttp2Stream } from 'node:http2';

const GRPC = { ':status': 200, 'content-type': 'application/grpc' } as const;
/** One empty message: a byte for its compression, four for its length. */
const EMPTY = Buffer.alloc(5);

/** What a callee can do with a request, well or badly. */
export const BEHAVIORS = {
  answer: (stream) => {
    stream.respond(GRPC, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY);
  },
  'answer late': (stream) => {
    const timer = setTimeout(() => BEHAVIORS.answer(stream), 200);
    stream.on('close', () => clearTimeout(timer));
  },
  hang: () => {},
  'refuse the stream': (stream) => stream.close(7),
  'reset the stream': (stream) => stream.close(2),
  'answer HTTP 500': (stream) => stream.respond({ ':status': 500 }, { endStream: true }),
  'answer HTTP 503': (stream) => stream.respond({ ':status': 503 }, { endStream: true }),
  'answer CANCELLED': (stream) => trailersOnly(stream, 1),
  'answer DEADLINE_EXCEEDED': (stream) => trailersOnly(stream, 4),
  'answer RESOURCE_EXHAUSTED': (stream) => trailersOnly(stream, 8),
  'answer INTERNAL': (stream) => trailersOnly(stream, 13),
  'answer UNAVAILABLE': (stream) => trailersOnly(stream, 14),
  'answer UNAVAILABLE after headers': (stream) => {
    stream.respond(GRPC, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '14' }));
    stream.end();
  },
} as const satisfies Record<string, (stream: ServerHttp2Stream) => void>;

export type Behavior = keyof typeof BEHAVIORS;

function trailersOnly(stream: ServerHttp2Stream, status: number): void {
  stream.respond({ ...GRPC, 'grpc-status': String(status) }, { endStream: true });
}
