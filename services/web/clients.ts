import type { Client } from '../kit/client/client.ts';
import type { NotificationServiceDefinition } from '../proto/gen/weft/notification/v1/notification.ts';
import type { OrderServiceDefinition } from '../proto/gen/weft/order/v1/order.ts';
import type { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import type { UserServiceDefinition } from '../proto/gen/weft/user/v1/user.ts';

/** The services that the storefront calls. */
export interface StorefrontClients {
  readonly user: Client<UserServiceDefinition>;
  readonly product: Client<ProductServiceDefinition>;
  readonly order: Client<OrderServiceDefinition>;
  readonly notification: Client<NotificationServiceDefinition>;
}
