import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { AppConfig } from '../../mesh/policy/app-config.ts';
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
  'a service configured for %s publishes and consumes events, and stops without open work',
  async (_, openRig) => {
    const rig = await openRig();
    const folder = await mkdtemp(join(tmpdir(), 'weft-service-'));
    const events = rig.events('orders', ['notes']);
    const { address, database, role, password } = await testStore('service');
    const store = { address, database, role, maxConnections: 4 };
    const config: AppConfig = { service: 'notes', calls: {}, callers: {}, store, events };
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
    const received: unknown[] = [];
    const start = () =>
      startService(variables, async (context) => {
        const { outbox, inboxMigrations, consumer } = context.events;
        const pool = await context.store([...outbox.migrations, ...inboxMigrations]);
        const handle = async ({ data }: { readonly data: unknown }) => void received.push(data);
        await outbox.append(pool, {
          topic: 'orders',
          type: 'weft.order.v1.OrderEvent',
          key: 'k',
          data: { n: received.length },
        });
        return {
          background: [outbox.relay(pool), consumer(pool, { topic: 'orders', group: 'notes', handle })],
        };
      });
    try {
      // While the broker starts, the service may exit and is started again, as a cluster would do.
      const first = await until('the service starts', () => start().catch(() => undefined), {
        timeoutMs: 180_000,
      });
      await until('the event is consumed', async () => received.length > 0);
      await first.stop();
      const second = await start();
      await until(
        'the event of the second start is consumed',
        async () => JSON.stringify(received.at(-1)) !== '{"n":0}',
      );
      await second.stop();
      expect(received.at(-1)).toEqual({ n: received.length - 1 });
    } finally {
      await rig.close();
      await rm(folder, { recursive: true });
    }
  },
  300_000,
);
