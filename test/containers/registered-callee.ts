import { implement } from '../../services/kit/server/implement.ts';
import { runService } from '../../services/kit/service.ts';
import { NotificationServiceDefinition } from '../../services/proto/gen/weft/notification/v1/notification.ts';

/** The callee of discovery.test.ts. Its answers contain its process id. */
await runService(async () => ({
  grpc: [
    implement(NotificationServiceDefinition, {
      listNotifications: async () => ({ items: [], nextCursor: String(process.pid) }),
    }),
  ],
}));
