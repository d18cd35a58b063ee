import { runService } from '../kit/service.ts';
import { NotificationServiceDefinition } from '../proto/gen/weft/notification/v1/notification.ts';
import { OrderServiceDefinition } from '../proto/gen/weft/order/v1/order.ts';
import { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../proto/gen/weft/user/v1/user.ts';
import { gateway } from './gateway.ts';
import { settings } from './settings.ts';

await runService(async (context) => {
  const { edge } = context.config;
  if (!edge) throw new Error('the gateway has no edge in the service graph; declare one');
  return {
    http: gateway({
      edge,
      settings: context.settings(settings),
      log: context.log,
      metrics: context.metrics,
      stopping: context.stopping,
      clients: {
        user: context.client(UserServiceDefinition, 'user'),
        product: context.client(ProductServiceDefinition, 'product'),
        order: context.client(OrderServiceDefinition, 'order'),
        notification: context.client(NotificationServiceDefinition, 'notification'),
      },
    }),
  };
});
