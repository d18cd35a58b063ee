import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describeListenError } from '../../../mesh/run/process/listen-error.ts';

const HOST = '127.0.0.1';

/**
 * A port of 127.0.0.1 that nobody listens on.
 *
 * @param wanted 0 takes any
 * @throws Error that says why it cannot be opened
 */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(describeListenError(HOST, wanted, error.code, '--port'), { cause: error })),
    );
    server.listen(wanted, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
