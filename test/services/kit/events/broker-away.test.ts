import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AppEvents } from '../../../../mesh/policy/app-events.ts';
import { openBroker } from '../../../../services/kit/service/open-broker.ts';
import { testStore } from '../../../postgres.ts';
import { recordedLog } from '../recorded-log.ts';
import { knownAddress } from './probes/known-address.ts';

const TOPICS = {
  publishes: ['orders'],
  consumes: [],
  messageTypes: { orders: ['weft.order.v1.OrderEvent'] },
  retention: { orders: '168h' },
} as const;

/** Each broker, by its address. */
const BROKERS: Readonly<Record<string, (address: string) => AppEvents>> = {
  postgres: (address) => ({ broker: 'postgres', address, database: 'events', role: 'weft', ...TOPICS }),
  kafka: (address) => ({
    broker: 'kafka',
    addresses: [address],
    topics: { orders: { partitions: 1, replicationFactor: 1, minInSyncReplicas: 1, retention: '168h' } },
    ...TOPICS,
  }),
  rabbitmq: (address) => ({
    broker: 'rabbitmq',
    address,
    vhost: '/',
    user: 'weft',
    consumers: {},
    maxQueueLength: 10,
    ...TOPICS,
  }),
};

function open(events: AppEvents, password = 'secret') {
  const source = { service: 'order', discovery: knownAddress, log: recordedLog().log };
  return openBroker({ events, secret: () => password, ...source, timeouts: { startTimeoutMs: 0 } });
}

describe('an unresponsive broker causes a timeout error with its address', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.resume();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each(Object.entries(BROKERS))('%s', async (_, broker) => {
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = sockets.size;
    await expect(open(broker(address))).rejects.toThrow(address);
    expect(sockets.size).toBeGreaterThan(before);
  });
});

describe('an unreachable broker causes an error with its address', () => {
  test.each(Object.entries(BROKERS))('%s', async (_, broker) => {
    await expect(open(broker('127.0.0.1:1'))).rejects.toThrow(/127\.0\.0\.1:1/);
  });
});

test('Postgres with a wrong password or a missing database fails at once', async () => {
  const { address, database, role, password } = await testStore('away');
  const events = { broker: 'postgres', address, database, role, ...TOPICS } as const;
  await expect(open(events, 'guessed')).rejects.toThrow(
    `cannot open database ${database} at ${address} as ${role}: password authentication failed`,
  );
  await expect(open({ ...events, database: 'none' }, password)).rejects.toThrow(
    'database "none" does not exist',
  );
  await (await open(events, password)).close();
});
