import type { Host } from '../kit/service.ts';
import { NotificationServiceDefinition } from '../proto/gen/weft/notification/v1/notification.ts';
import { OrderServiceDefinition } from '../proto/gen/weft/order/v1/order.ts';
import { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../proto/gen/weft/user/v1/user.ts';
import type { Clients } from './clients.ts';

/**
 * The clients of the gateway. Methods of one callee that differ in their policy are calls of their own
 * in the graph; here each method is taken from the call that has it.
 */
export function openClients(host: Host): Clients {
  const { register, signIn } = host.client(UserServiceDefinition, 'user');
  const { getSigningKeys } = host.client(UserServiceDefinition, 'user-keys');
  const { listProducts, getProduct } = host.client(ProductServiceDefinition, 'product');
  const { createProduct, setStock } = host.client(ProductServiceDefinition, 'product-changes');
  const { importProducts, watchStock, quoteCart } = host.client(ProductServiceDefinition, 'product-streams');
  const { getOrder, listOrders } = host.client(OrderServiceDefinition, 'order');
  const { placeOrder } = host.client(OrderServiceDefinition, 'order-placing');
  const { watchOrder } = host.client(OrderServiceDefinition, 'order-streams');
  const { listNotifications } = host.client(NotificationServiceDefinition, 'notification');
  return {
    user: { register, signIn, getSigningKeys },
    product: { listProducts, getProduct, createProduct, setStock, importProducts, watchStock, quoteCart },
    order: { getOrder, listOrders, placeOrder, watchOrder },
    notification: { listNotifications },
  };
}
