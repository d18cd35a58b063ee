import { Client, credentials, Metadata, type StatusObject, status } from '@grpc/grpc-js';

export interface GrpcCalls {
  /** User agent of the calls, which the callees' access logs show. */
  readonly agent: string;
  readonly calls: readonly {
    /** `host:port` */
    readonly address: string;
    /** `/package.Service/Method` */
    readonly path: string;
    readonly metadata?: Readonly<Record<string, string>>;
  }[];
}

/** Outcome of a call, in the order of the calls. */
export interface GrpcAnswer {
  /** Name of the status: `PERMISSION_DENIED`. */
  readonly code: string;
  readonly details: string;
  /** Whether the service itself answered: with a message, or with error details, which the mesh never sends. */
  readonly ofService: boolean;
}

declare const INPUT: GrpcCalls;

/** Ends a call without an answer. */
const TIMEOUT_MS = 20_000;

const bytes = (buffer: Buffer) => buffer;
const clients = new Map<string, Client>();

function clientOf(address: string): Client {
  const existing = clients.get(address);
  if (existing) return existing;
  const options = { 'grpc.primary_user_agent': INPUT.agent };
  const client = new Client(address, credentials.createInsecure(), options);
  clients.set(address, client);
  return client;
}

/** Sends one empty message. All kinds of methods begin alike on the wire, so one function can call them all. */
function call({ address, path, metadata = {} }: GrpcCalls['calls'][number]): Promise<GrpcAnswer> {
  return new Promise((resolve) => {
    const headers = new Metadata();
    for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
    const deadline = Date.now() + TIMEOUT_MS;
    const stream = clientOf(address).makeBidiStreamRequest(path, bytes, bytes, headers, { deadline });
    stream.on('error', () => {});
    stream.on('data', () => {
      resolve({ code: 'OK', details: '', ofService: true });
      stream.cancel();
    });
    stream.on('status', ({ code, details, metadata: trailers }: StatusObject) => {
      const ofService = trailers.get('grpc-status-details-bin').length > 0;
      resolve({ code: status[code] ?? String(code), details, ofService });
    });
    stream.write(Buffer.alloc(0));
    stream.end();
  });
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.calls.map(call))));
for (const client of clients.values()) client.close();
