import { runService } from '../kit/service.ts';
import { migrations } from './migrations.ts';
import { notificationService } from './notification-service.ts';
import { notifyCustomer, notifyCustomers } from './notify-customer.ts';

await runService(async (context) => {
  const { events } = context;
  const pool = await context.store([...events.inboxMigrations, ...migrations]);
  return {
    grpc: [notificationService(pool)],
    background: [
      events.consumer(pool, {
        topic: 'orders',
        group: 'notification',
        handle: notifyCustomer,
        handleBatch: notifyCustomers,
      }),
    ],
  };
});
