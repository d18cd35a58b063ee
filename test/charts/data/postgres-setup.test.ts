import { expect, test } from '@jest/globals';
import { postgresSetup } from '../../../charts/data/postgres-setup.ts';

const password = (secret: string) => ({ secret, key: 'password' });

test('creates databases, roles, topics and row-level security policies', () => {
  const script = postgresSetup(
    {
      stores: [{ service: 'order', database: 'order', role: 'order', password: password('order-store') }],
      events: {
        database: 'events',
        owner: 'events_owner',
        topics: [{ name: 'orders', retentionSeconds: 604_800 }],
        roles: [
          {
            service: 'order',
            role: 'order_events',
            password: password('order-events'),
            publishes: ['orders'],
            consumes: [],
          },
          {
            service: 'mail',
            role: 'mail_events',
            password: password('mail-events'),
            publishes: [],
            consumes: ['orders'],
          },
        ],
      },
    },
    '/passwords',
    'CREATE TABLE IF NOT EXISTS event (topic text NOT NULL);\n',
  );
  expect(script).toMatchSnapshot();
});
