import type { Order } from '../../../../services/proto/gen/weft/order/v1/order.ts';
import { productId } from './bench-store.ts';

/** Order lines, one for each product. */
export const LINES = 3;

/** Creates a pending order of three products. */
export function createSampleOrder(id: string, customerId: string): Order {
  const items = Array.from({ length: LINES }, (_, line) => ({
    productId: productId(line + 1),
    quantity: 1,
    name: `Product ${line + 1}`,
    unitPrice: { amount: 1_001 + line, currency: 'EUR' },
  }));
  const total = { amount: 6_000, currency: 'EUR' };
  return { id, customerId, status: 'pending', reason: '', total, items, placedAt: new Date() };
}
