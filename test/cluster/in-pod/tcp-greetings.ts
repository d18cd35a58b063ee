import { connect } from 'node:net';

export interface TcpGreetings {
  readonly greetings: readonly {
    readonly host: string;
    readonly port: number;
    /** Sent first, in base64. */
    readonly bytes: string;
  }[];
}

/** What the other end said first, in base64, in the order of the greetings; or why it said nothing. */
export type TcpAnswer = { readonly bytes: string } | { readonly error: string };

declare const INPUT: TcpGreetings;

/** Milliseconds, only so that a silence ends. */
const PATIENCE = 20_000;

function greet({ host, port, bytes }: TcpGreetings['greetings'][number]): Promise<TcpAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE });
    const end = (answer: TcpAnswer) => {
      resolve(answer);
      socket.destroy();
    };
    socket.on('connect', () => socket.write(Buffer.from(bytes, 'base64')));
    socket.on('data', (heard) => end({ bytes: heard.toString('base64') }));
    socket.on('end', () => end({ error: 'closed' }));
    socket.on('timeout', () => end({ error: 'silence' }));
    socket.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => end({ error: code }));
  });
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.greetings.map(greet))));
