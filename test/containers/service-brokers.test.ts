import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startService } from '../../services/kit/service/start.ts';
import { testStore } from '../postgres.ts';
import type { Rig } from '../services/kit/events/probes/rig.ts';
import { until } from '../until.ts';
import { openKafkaRig } from './kafka-rig.ts';
import { openRabbitmqRig } from './rabbitmq-rig.ts';

test.each<[string, () => Promise<Rig>]>([
  ['kafka', openKafkaRig],
  ['rabbitmq', openRabbitmqRig],
])(
  'a service whose app.json says %s publishes and consumes there, and stops with nothing under way',
  async (_, openRig) => {
    const rig = await openRig();
    const folder = await mkdtemp(join(tmpdir(), 'weft-service-'));
    const events = rig.events('orders', ['notes']);
    const { address, database, role, password } = await testStore('service');
    const store = { address, database, role, connections: 4 };
    const config = { service: 'notes', calls: {}, callers: {}, store, events };
    const files = {
      'app.json': JSON.stringify(config),
      'store-password': password,
      'events-password': rig.password,
    };
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
    const variables = {
      WEFT_SERVICE: 'notes',
      WEFT_CONFIG: join(folder, 'app.json'),
      WEFT_SECRETS: folder,
      WEFT_LOG_LEVEL: 'error',
    };
    const got: unknown[] = [];
    const start = () =>
      startService(variables, async (host) => {
        const { outbox, inboxMigrations, consumer } = host.events;
        const pool = await host.store([...outbox.migrations, ...inboxMigrations]);
        const handle = async ({ data }: { readonly data: unknown }) => void got.push(data);
        await outbox.append(pool, {
          topic: 'orders',
          type: 'weft.order.v1.OrderEvent',
          key: 'k',
          data: { n: got.length },
        });
        return {
          background: [outbox.relay(pool), consumer(pool, { topic: 'orders', group: 'notes', handle })],
        };
      });
    try {
      // The broker starts: the service may give up on it, as it would in a cluster, and is started again.
      const first = await until('the service starts', () => start().catch(() => undefined), {
        patienceMs: 180_000,
      });
      await until('the event is consumed', async () => got.length > 0);
      await first.stop();
      const second = await start();
      await until(
        'the event of the second start is consumed',
        async () => JSON.stringify(got.at(-1)) !== '{"n":0}',
      );
      await second.stop();
      expect(got.at(-1)).toEqual({ n: got.length - 1 });
    } finally {
      await rig.close();
      await rm(folder, { recursive: true });
    }
  },
  300_000,
);
