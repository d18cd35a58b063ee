import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { formatFailures } from '../../../../scripts/operate/load/format-failures.ts';
import { sendLoad } from '../../../../scripts/operate/load/load.ts';
import { withLoad } from '../../../../scripts/operate/load/with-load.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** Starts a server on a free port of the loopback interface. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('sends the given number of requests in rotation with the headers, and counts responses by their mark', async () => {
  const requests: string[] = [];
  const url = await serve((request, response) => {
    requests.push(`${request.url} ${request.headers['x-canary']}`);
    response.end(request.url === '/a' ? 'one' : 'other');
  });
  const load = await sendLoad({
    urls: [`${url}/a`, `${url}/b`],
    headers: { 'x-canary': '1' },
    rate: 1_000,
    requests: 7,
    mark: (body) => body,
  });
  expect(requests.toSorted()).toEqual([...Array(4).fill('/a 1'), ...Array(3).fill('/b 1')]);
  expect(load).toMatchObject({ sent: 7, statuses: { 200: 7 }, failures: [], marks: { one: 4, other: 3 } });
  expect(load.latencies).toHaveLength(7);
});

test('starts requests on schedule regardless of slow responses, and measures from the schedule', async () => {
  let release = () => {};
  const pending: (() => void)[] = [];
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const url = await serve((_, response) => {
    pending.push(() => response.end());
    // A closed loop would wait for responses and never send 20 requests.
    if (pending.length === 20) release();
  });
  const sending = sendLoad({ urls: [url], rate: 200, requests: 20 });
  await all;
  for (const answer of pending) answer();
  const { failures, latencies } = await sending;
  expect(failures).toEqual([]);
  // The first request waited for the last, which was scheduled 95 ms later. Timers may fire slightly early.
  expect(latencies.at(-1)).toBeGreaterThan(90);
});

test('includes the delay of a request that started late', async () => {
  let first = true;
  const url = await serve((_, response) => {
    response.end();
    // Blocks the event loop for 300 ms, in which all other requests become due.
    for (const end = performance.now() + 300; first && performance.now() < end; );
    first = false;
  });
  const { latencies } = await sendLoad({ urls: [url], rate: 1_000, requests: 100 });
  expect(latencies[0]).toBeGreaterThan(150);
});

test('includes the wait for a connection', async () => {
  const url = await serve((_, response) => {
    setTimeout(() => response.end(), 20);
  });
  const { latencies } = await sendLoad({ urls: [url], rate: 1_000, requests: 10, connections: 1 });
  // Ten sequential requests take 200 ms; the last one was scheduled after 9 ms. Timers may fire slightly early.
  expect(latencies.at(-1)).toBeGreaterThan(150);
});

test('reports the reason of each failure', async () => {
  const url = await serve((request, response) => {
    // Without reuse of connections, as a reused connection adds to the reason.
    response.setHeader('connection', 'close');
    if (request.url === '/reset') request.socket.destroy();
    else if (request.url === '/problem')
      response.writeHead(503).end(JSON.stringify({ code: 'unavailable', detail: 'product does not answer' }));
    else if (request.url === '/plain') response.writeHead(404).end('no  healthy\nupstream');
    else response.end();
  });
  const load = await sendLoad({
    urls: ['/reset', '/problem', '/plain', '/fine'].map((path) => url + path),
    rate: 1_000,
    requests: 8,
  });
  expect(load.statuses).toEqual({ 200: 2, 404: 2, 503: 2 });
  expect(load.latencies).toHaveLength(2);
  expect(load.failures).toHaveLength(6);
  const lines = formatFailures(load);
  expect(lines).toHaveLength(3);
  expect(lines).toContainEqual(
    expect.stringMatching(/^2 x 503: unavailable: product does not answer \(the first/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^2 x 404: no healthy upstream/));
  expect(lines).toContainEqual(expect.stringMatching(/^2 x no response: socket hang up/));
});

test('counts a response that times out as a failure', async () => {
  const url = await serve(() => {});
  const { failures } = await sendLoad({ urls: [url], rate: 1_000, requests: 2, timeoutMs: 50 });
  expect(failures.map(({ reason }) => reason)).toEqual(['no response in time', 'no response in time']);
});

test('counts a truncated response as a failure', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.socket?.destroy());
  });
  const { failures, statuses } = await sendLoad({ urls: [url], rate: 1_000, requests: 1 });
  expect(failures).toHaveLength(1);
  expect(statuses).toEqual({});
});

test('counts a refused connection as a failure', async () => {
  const url = await serve(() => {});
  await new Promise((resolve) => server?.close(resolve));
  const { failures } = await sendLoad({ urls: [url], rate: 1_000, requests: 1 });
  expect(failures[0]?.reason).toContain('ECONNREFUSED');
});

test('sends load until the work ends', async () => {
  let served = 0;
  let enough = () => {};
  const url = await serve((_, response) => {
    served += 1;
    if (served === 10) enough();
    response.end();
  });
  const { result, load } = await withLoad({ urls: [url], rate: 500 }, async () => {
    await new Promise<void>((resolve) => {
      enough = resolve;
    });
    return 'done';
  });
  expect(result).toBe('done');
  expect(load?.sent).toBe(served);
  expect(served).toBeGreaterThanOrEqual(10);
  expect(load?.failures).toEqual([]);
});

test('ends the load and rejects when the work fails', async () => {
  const url = await serve((_, response) => response.end());
  const failing = withLoad({ urls: [url], rate: 100 }, () => Promise.reject(new Error('no such service')));
  await expect(failing).rejects.toThrow('no such service');
});
