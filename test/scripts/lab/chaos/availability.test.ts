import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { AvailabilityWatch, servicesRecovered } from '../../../../scripts/lab/chaos/availability.ts';

const BLACKHOLE = { kind: 'blackhole', target: 'postgres', after: 0 } as const;
const FAULT = 'silence the open connections to postgres';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A service whose answers are in turn those of `statuses`, and 200 from then on. */
async function service(...statuses: readonly number[]) {
  const left = [...statuses];
  const server = createServer((_request, response) => response.writeHead(left.shift() ?? 200).end());
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
}

test('measures until a probe that began after the blackhole is answered as a whole', async () => {
  const watch = new AvailabilityWatch([{ service: 'order', urls: [await service(200, 200, 200, 503)] }]);
  watch.began(BLACKHOLE);
  expect(await watch.end()).toEqual([
    { service: 'order', fault: FAULT, seconds: expect.any(Number), isOpen: false },
  ]);
});

test('a service that never answers is unusable until the measurement is given up', async () => {
  const watch = new AvailabilityWatch([{ service: 'user', urls: ['http://127.0.0.1:1/readyz'] }], 0);
  watch.began(BLACKHOLE);
  await expect(watch.failure).rejects.toThrow(
    /^user is unusable for [0-9.]+ s after '.* to postgres'; the run is given up$/,
  );
  const outages = await watch.end();
  expect(outages).toEqual([{ service: 'user', fault: FAULT, seconds: expect.any(Number), isOpen: true }]);
  expect(servicesRecovered(outages, 1).wrong).toEqual([
    expect.stringMatching(`^user: unusable for at least [0-9.]+ s after ${FAULT}$`),
  ]);
});

test('no service may be unusable for more than 15 s, and the longest is reported', () => {
  const outage = (service: string, seconds: number) => ({ service, fault: FAULT, seconds, isOpen: false });
  expect(servicesRecovered([outage('order', 2), outage('user', 14.9)], 1)).toEqual({
    holds: 'No service was unusable for more than 15 s after a blackhole',
    figure: 'longest 14.9 s: user; 1 blackholes',
    wrong: [],
  });
  expect(servicesRecovered([outage('order', 15.1)], 1).wrong).toEqual([
    `order: unusable for 15.1 s after ${FAULT}`,
  ]);
});
