import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { administrator, createProduct } from '../cluster/shop.ts';
import { Customer } from '../shop/customer.ts';
import { generateLoad } from '../soak/load-generator.ts';

/** At most 8 requests per second, which leaves most of the CPU of a small machine. */
const PACE = { concurrency: 2, intervalMs: 250 };

/**
 * Sends requests that make every declared call, until `stop` aborts: places orders and follows their events, changes
 * and follows the stock, registers users, and reads products, orders and notifications.
 */
export async function loadShop(stop: AbortSignal): Promise<void> {
  const address = await readGatewayAddress();
  const productId = await createProduct(100_000);
  const customer = await Customer.register(address);
  const order = async () => {
    const { status, body } = await customer.order([{ productId, quantity: 1 }]);
    if (status === 201) await customer.terminal(body.id);
  };
  const admin = await administrator();
  const followStock = async () => {
    const response = await fetch(`${address}/v1/products/${productId}/stock/events`);
    await response.body?.cancel();
  };
  const requests: readonly (() => Promise<unknown>)[] = [
    order,
    () => customer.get('/v1/products?limit=5'),
    () => customer.get(`/v1/products/${productId}`),
    () => customer.get('/v1/orders'),
    order,
    () => customer.get('/v1/notifications'),
    followStock,
    () => admin.send('PUT', `/v1/products/${productId}/stock`, { quantity: 100_000 }),
    order,
    () => Customer.register(address),
  ];
  await generateLoad({
    ...PACE,
    stop,
    send: async (index) => {
      await requests[index % requests.length]?.();
    },
  });
}
