import { connect } from 'node:net';

export interface TcpConnects {
  /** Milliseconds that a connection may take. */
  readonly timeoutMs: number;
  readonly targets: readonly { readonly host: string; readonly port: number }[];
}

/** Outcome of a connection, in the order of the targets; `timeout` if its packets were dropped. */
export type TcpConnect = 'connected' | 'timeout' | string;

declare const INPUT: TcpConnects;

function open({ host, port }: TcpConnects['targets'][number]): Promise<TcpConnect> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (outcome: TcpConnect) => {
      clearTimeout(timer);
      resolve(outcome);
      socket.destroy();
    };
    const timer = setTimeout(() => end('timeout'), INPUT.timeoutMs);
    socket.on('connect', () => end('connected'));
    socket.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => end(code));
  });
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.targets.map(open))));
