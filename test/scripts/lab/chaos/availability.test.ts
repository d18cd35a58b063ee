import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { AvailabilityWatch, checkOutages } from '../../../../scripts/lab/chaos/availability.ts';

const BLACKHOLE = { kind: 'blackhole', target: 'postgres', afterOrders: 0 } as const;
const FAULT = 'silence the open connections to postgres';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a service that answers with `statuses` in turn, then with 200. */
async function service(...statuses: readonly number[]) {
  const queue = [...statuses];
  const server = createServer((_request, response) => response.writeHead(queue.shift() ?? 200).end());
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
}

test('measures an outage until all requests of a later probe succeed', async () => {
  const watch = new AvailabilityWatch([{ service: 'order', urls: [await service(200, 200, 200, 503)] }]);
  watch.startOutages(BLACKHOLE);
  expect(await watch.finish()).toEqual([
    { service: 'order', fault: FAULT, durationS: expect.any(Number), isOngoing: false },
  ]);
});

test('reports an outage as open when the service never recovers', async () => {
  const watch = new AvailabilityWatch([{ service: 'user', urls: ['http://127.0.0.1:1/readyz'] }], 0);
  watch.startOutages(BLACKHOLE);
  await expect(watch.failure).rejects.toThrow(
    /^user is still unavailable [0-9.]+ s after '.* to postgres'; stopping the run$/,
  );
  const outages = await watch.finish();
  expect(outages).toEqual([
    { service: 'user', fault: FAULT, durationS: expect.any(Number), isOngoing: true },
  ]);
  expect(checkOutages(outages, 1).violations).toEqual([
    expect.stringMatching(`^user: unavailable for at least [0-9.]+ s after ${FAULT}$`),
  ]);
});

test('rejects an outage above 15 s and reports the longest', () => {
  const outage = (service: string, durationS: number) => ({
    service,
    fault: FAULT,
    durationS,
    isOngoing: false,
  });
  expect(checkOutages([outage('order', 2), outage('user', 14.9)], 1)).toEqual({
    invariant: 'No service was unavailable for more than 15 s after a blackhole',
    figure: 'longest 14.9 s: user; 1 blackholes',
    violations: [],
  });
  expect(checkOutages([outage('order', 15.1)], 1).violations).toEqual([
    `order: unavailable for 15.1 s after ${FAULT}`,
  ]);
});
