import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on.
 *
 * @param wanted 0 takes any
 * @throws Error when it is taken
 */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${wanted} of 127.0.0.1 is taken: choose another by --port, or 0 for a free one`)
          : error,
      ),
    );
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
