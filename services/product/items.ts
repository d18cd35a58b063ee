import { invalidField, throwIfInvalid, type Violation } from '../kit/errors/service-error.ts';
import { isUuid } from '../kit/fields/uuid.ts';
import type { Item } from '../proto/gen/weft/product/v1/product.ts';
import { MAX_ITEMS, MAX_QUANTITY } from '../proto/limits.ts';

/**
 * Merges items of the same product. The sum takes the position of the first item.
 * @throws ServiceError `invalid-request` with every field that breaks its rule
 */
export function mergedItems(items: readonly Item[]): readonly Item[] {
  const violations: Violation[] = [];
  if (items.length > MAX_ITEMS) {
    throw invalidField('items', `has ${items.length} items; use at most ${MAX_ITEMS}`);
  }
  const quantities = new Map<string, number>();
  for (const [index, { productId, quantity }] of items.entries()) {
    if (!isUuid(productId)) {
      const description = `'${productId.slice(0, 100)}' is not a product id; use a UUID`;
      violations.push({ field: `items[${index}].productId`, description });
    }
    const id = productId.toLowerCase();
    const sum = (quantities.get(id) ?? 0) + quantity;
    if (quantity < 1 || sum > MAX_QUANTITY) {
      const description = `${quantity} is out of range; order 1 to ${MAX_QUANTITY} of each product`;
      violations.push({ field: `items[${index}].quantity`, description });
    }
    quantities.set(id, sum);
  }
  throwIfInvalid(violations);
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}
