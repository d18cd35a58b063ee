import type { z } from 'zod';
import type { Line } from '../../proto/gen/weft/order/v1/order.ts';
import type { PricedItem } from '../../proto/gen/weft/product/v1/product.ts';
import type { pricedItem } from '../schemas/order.ts';
import { moneyOf } from './money-of.ts';

/** Converts an item with its price. @throws Error as `moneyOf` does */
export function pricedItemOf({
  productId,
  quantity,
  name,
  unitPrice,
}: Line | PricedItem): z.output<typeof pricedItem> {
  return { productId, quantity, name, unitPrice: moneyOf(unitPrice) };
}
