import { runService } from '../kit/service.ts';
import { NotificationServiceDefinition } from '../proto/gen/weft/notification/v1/notification.ts';
import { OrderServiceDefinition } from '../proto/gen/weft/order/v1/order.ts';
import { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../proto/gen/weft/user/v1/user.ts';
import { loadAssets } from './assets/load-assets.ts';
import { cartExpiry } from './carts/cart-expiry.ts';
import { Carts } from './carts/carts.ts';
import { migrations } from './carts/migrations.ts';
import { settings } from './settings.ts';
import { storefront } from './storefront.ts';

await runService(async (context) => {
  const { edge } = context.config;
  if (!edge) throw new Error('web has no edge in the service graph; declare one');
  const parsedSettings = context.settings(settings);
  const assets = await loadAssets();
  const pool = await context.store(migrations);
  return {
    http: storefront({
      edge,
      assets,
      carts: new Carts(pool),
      settings: parsedSettings,
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
    background: [cartExpiry(pool, context.log)],
  };
});
