// A process with the interface of a service, for tests of the local run. The variable FAKE makes it fail.
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';

const { WEFT_SERVICE: name, WEFT_ADMIN_LISTEN, WEFT_HTTP_LISTEN, FAKE, FAKE_JOURNAL } = process.env;
let isHealthy = true;
const allocations: unknown[] = [];

function log(message: string, fields: object = {}): void {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level: 'info', message, service: name, ...fields })}\n`,
  );
}

function listen(address: string | undefined, listener: RequestListener): void {
  const [host, port] = address?.split(':') ?? [];
  if (port) createServer(listener).listen(Number(port), host);
}

if (FAKE === 'crash') {
  log('crashing', { reason: 'as requested' });
  process.exit(1);
}
if (FAKE === 'misconfigured') {
  log('invalid setting');
  process.exit(78);
}
process.on('SIGTERM', () => {
  if (FAKE_JOURNAL) appendFileSync(FAKE_JOURNAL, `${name}\n`);
  process.exit(0);
});
listen(WEFT_ADMIN_LISTEN, (_request, response) => response.writeHead(isHealthy ? 200 : 500).end());
listen(WEFT_HTTP_LISTEN, async (request, response) => {
  if (request.url === '/become-unhealthy') isHealthy = false;
  if (request.url === '/allocate-buffers') allocations.push(Buffer.alloc(200 * 2 ** 20, 1));
  while (request.url === '/allocate-heap') allocations.push(Array.from({ length: 10_000 }, Math.random));
  const path = new URL(request.url ?? '/', 'http://fake').searchParams.get('file');
  const file = path === null ? undefined : await readFile(path, 'utf8').catch(String);
  response.end(JSON.stringify({ pid: process.pid, environment: process.env, file }));
});
log('ready');
