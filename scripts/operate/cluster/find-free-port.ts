import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describeListenError } from '../../../mesh/run/process/listen-error.ts';

const HOST = '127.0.0.1';

/**
 * Returns a free port of 127.0.0.1.
 *
 * @param requested 0 selects any free port
 * @throws Error with the reason if the port cannot be opened
 */
export async function findFreePort(requested: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(describeListenError(HOST, requested, error.code, '--port'), { cause: error })),
    );
    server.listen(requested, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
