import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import type { ConsumerConfig, Kafka } from 'kafkajs';
import { Pool } from 'pg';
import { kafkaSocket } from '../../../../services/kit/events/kafka/kafka-socket.ts';
import { kafkaSubscription } from '../../../../services/kit/events/kafka/kafka-subscription.ts';
import { ServerTls } from '../../../../services/kit/tls/server-tls.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';

const EVENTS = { CRASH: 'crash', GROUP_JOIN: 'join', REQUEST_TIMEOUT: 'late' } as const;

/** Brokers whose consumers join at once, and never finish a disconnect, as after their connections fell silent. */
function silentBrokers() {
  const consumers: {
    readonly config: ConsumerConfig;
    readonly emit: (event: string, payload: object) => void;
  }[] = [];
  let disconnects = 0;
  const consumer = (config: ConsumerConfig) => {
    const listeners = new Map<string, (event: object) => void>();
    const emit = (event: string, payload: object) => listeners.get(event)?.({ payload });
    consumers.push({ config, emit });
    return {
      events: EVENTS,
      on: (event: string, listener: (event: object) => void) => listeners.set(event, listener),
      connect: async () => {},
      subscribe: async () => {},
      run: async () => emit(EVENTS.GROUP_JOIN, { memberAssignment: {} }),
      disconnect: () => {
        disconnects++;
        return new Promise<void>(() => {});
      },
    };
  };
  return { kafka: { consumer } as unknown as Kafka, consumers, disconnects: () => disconnects };
}

test('a request timeout ends the membership, and the next begins without waiting for the unresponsive broker', async () => {
  const { kafka, consumers, disconnects } = silentBrokers();
  const { log, lines } = recordedLog();
  const pool = new Pool();
  const subscription = {
    topic: 'orders',
    group: 'notes',
    pool,
    deliver: async () => {},
    deadLetterUnreadable: async () => {},
    deadLetterPoison: async () => {},
  };
  const member = kafkaSubscription(kafka, subscription, 8_000, (error) => error as Error, log);
  await member.start();
  await eventually(() => consumers.length === 1);
  consumers[0]?.emit(EVENTS.REQUEST_TIMEOUT, { broker: '127.0.0.1:9092', apiName: 'Heartbeat' });
  await eventually(() => consumers.length === 2);
  expect(disconnects()).toBe(1);
  expect(JSON.stringify(lines)).toContain('127.0.0.1:9092 did not respond to Heartbeat in time');
  // kafkajs limits JoinGroup by the rebalance timeout and 5 s.
  expect(consumers.map(({ config }) => config.rebalanceTimeout)).toEqual([8_000, 8_000]);
  await pool.end();
});

test('an ended socket is destroyed even if the broker never closes its side', async () => {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket.on('error', () => {}).resume());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = Promise.withResolvers<void>();
  const open = kafkaSocket(new ServerTls(undefined, recordedLog().log));
  const socket = open({ host: '127.0.0.1', port, ssl: {}, onConnect: connected.resolve });
  await connected.promise;
  const closed = once(socket, 'close');
  socket.end();
  await closed;
  for (const one of accepted) one.destroy();
  server.close();
});
