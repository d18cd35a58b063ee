import { once } from 'node:events';
import { implement } from '../../../services/kit/server/implement.ts';
import { runService } from '../../../services/kit/service.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';

/** A service process for service.test.ts: logs what starts and stops, and misbehaves for some customer ids. */
await runService(async (context) => ({
  grpc: [
    implement(NotificationServiceDefinition, {
      listNotifications: async ({ customerId }) => {
        if (customerId === 'reject') void Promise.reject(new Error('unhandled in the test'));
        if (customerId === 'slow') {
          context.log.info('slow begins');
          await once(process, 'SIGUSR2');
          context.log.info('slow ends');
        }
        return { items: [], nextCursor: '' };
      },
    }),
  ],
  http: (_, response) => response.end('edge'),
  background: [
    {
      start: () => context.log.info('background starts'),
      stop: async () => context.log.info('background stops'),
    },
  ],
}));
