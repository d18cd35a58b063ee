import { connect } from 'node:net';

export interface TcpGreetings {
  readonly greetings: readonly {
    readonly host: string;
    readonly port: number;
    /** Sent first, in base64. */
    readonly bytes: string;
  }[];
}

/** First bytes from the other end in base64, in the order of the greetings, or the reason for their absence. */
export type TcpAnswer = { readonly bytes: string } | { readonly error: string };

declare const INPUT: TcpGreetings;

/** Ends a connection without an answer. */
const TIMEOUT_MS = 20_000;

function greet({ host, port, bytes }: TcpGreetings['greetings'][number]): Promise<TcpAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (answer: TcpAnswer) => {
      resolve(answer);
      socket.destroy();
    };
    socket.on('connect', () => socket.write(Buffer.from(bytes, 'base64')));
    socket.on('data', (data) => end({ bytes: data.toString('base64') }));
    socket.on('end', () => end({ error: 'closed' }));
    socket.on('timeout', () => end({ error: 'silence' }));
    socket.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => end({ error: code }));
  });
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.greetings.map(greet))));
