import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { failureLines } from '../../../../scripts/operate/load/failures.ts';
import { sendLoad } from '../../../../scripts/operate/load/load.ts';
import { withLoad } from '../../../../scripts/operate/load/with-load.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** Serves on a free port. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('sends as many as asked for, in turn, with the headers, and counts what answers show', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers['x-canary']}`);
    response.end(request.url === '/a' ? 'one' : 'other');
  });
  const load = await sendLoad({
    urls: [`${url}/a`, `${url}/b`],
    headers: { 'x-canary': '1' },
    rate: 1_000,
    requests: 7,
    mark: (body) => body,
  });
  expect(seen.toSorted()).toEqual([...Array(4).fill('/a 1'), ...Array(3).fill('/b 1')]);
  expect(load).toMatchObject({ sent: 7, statuses: { 200: 7 }, failures: [], marks: { one: 4, other: 3 } });
  expect(load.latencies).toHaveLength(7);
});

test('begins requests when they are due, however long answers take, and counts from then', async () => {
  let release = () => {};
  const held: (() => void)[] = [];
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const url = await serve((_, response) => {
    held.push(() => response.end());
    // A load that waited for answers would never get here.
    if (held.length === 20) release();
  });
  const sending = sendLoad({ urls: [url], rate: 200, requests: 20 });
  await all;
  for (const answer of held) answer();
  const { failures, latencies } = await sending;
  expect(failures).toEqual([]);
  // The first one waited for the last, which was due 95 ms later; a timer may be a little early.
  expect(latencies.at(-1)).toBeGreaterThan(90);
});

test('counts the wait of a request that started late', async () => {
  let first = true;
  const url = await serve((_, response) => {
    response.end();
    // Nothing else happens in this process for 300 ms, in which all others are due.
    for (const end = performance.now() + 300; first && performance.now() < end; );
    first = false;
  });
  const { latencies } = await sendLoad({ urls: [url], rate: 1_000, requests: 100 });
  expect(latencies[0]).toBeGreaterThan(150);
});

test('counts the wait for a connection', async () => {
  const url = await serve((_, response) => {
    setTimeout(() => response.end(), 20);
  });
  const { latencies } = await sendLoad({ urls: [url], rate: 1_000, requests: 10, connections: 1 });
  // Ten after each other on one connection: 200 ms, of which the last was due after 9; timers may be a little early.
  expect(latencies.at(-1)).toBeGreaterThan(150);
});

test('says of each failure what it was', async () => {
  const url = await serve((request, response) => {
    // None is used again: of those the reason says so.
    response.setHeader('connection', 'close');
    if (request.url === '/gone') request.socket.destroy();
    else if (request.url === '/problem')
      response.writeHead(503).end(JSON.stringify({ code: 'unavailable', detail: 'product does not answer' }));
    else if (request.url === '/plain') response.writeHead(404).end('no  healthy\nupstream');
    else response.end();
  });
  const load = await sendLoad({
    urls: ['/gone', '/problem', '/plain', '/fine'].map((path) => url + path),
    rate: 1_000,
    requests: 8,
  });
  expect(load.statuses).toEqual({ 200: 2, 404: 2, 503: 2 });
  expect(load.latencies).toHaveLength(2);
  expect(load.failures).toHaveLength(6);
  const lines = failureLines(load);
  expect(lines).toHaveLength(3);
  expect(lines).toContainEqual(
    expect.stringMatching(/^2 x 503: unavailable: product does not answer \(the first/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^2 x 404: no healthy upstream/));
  expect(lines).toContainEqual(expect.stringMatching(/^2 x no answer: socket hang up/));
});

test('an answer that does not come is a failure', async () => {
  const url = await serve(() => {});
  const { failures } = await sendLoad({ urls: [url], rate: 1_000, requests: 2, timeoutMs: 50 });
  expect(failures.map(({ reason }) => reason)).toEqual(['no answer in time', 'no answer in time']);
});

test('an answer that breaks off is a failure', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.socket?.destroy());
  });
  const { failures, statuses } = await sendLoad({ urls: [url], rate: 1_000, requests: 1 });
  expect(failures).toHaveLength(1);
  expect(statuses).toEqual({});
});

test('nobody there is a failure', async () => {
  const url = await serve(() => {});
  await new Promise((resolve) => server?.close(resolve));
  const { failures } = await sendLoad({ urls: [url], rate: 1_000, requests: 1 });
  expect(failures[0]?.reason).toContain('ECONNREFUSED');
});

test('goes on while work is done, and ends with it', async () => {
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

test('work that fails ends the load, and fails', async () => {
  const url = await serve((_, response) => response.end());
  const failing = withLoad({ urls: [url], rate: 100 }, () => Promise.reject(new Error('no such service')));
  await expect(failing).rejects.toThrow('no such service');
});
