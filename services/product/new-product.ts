import { invalidField, throwIfInvalid } from '../kit/errors/service-error.ts';
import { textViolations } from '../kit/fields/text-rules.ts';
import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import type { NewProduct } from '../proto/gen/weft/product/v1/product.ts';
import { MAX_STOCK, PRODUCT_DESCRIPTION, PRODUCT_NAME } from '../proto/limits.ts';
import { priceViolations } from './price-violations.ts';

/** A new product with valid fields. */
export type ValidProduct = NewProduct & { readonly price: Money };

/**
 * Validates a new product.
 * @param field path of the product in the request
 * @throws ServiceError `invalid-request` with every field that breaks its rule
 */
export function validProduct(product: NewProduct | undefined, field: string): ValidProduct {
  const { name = '', description = '', price, stock = 0 } = product ?? {};
  const problem = stockProblem(stock);
  throwIfInvalid([
    ...priceViolations(price, `${field}.price`),
    ...textViolations(name, `${field}.name`, PRODUCT_NAME),
    ...textViolations(description, `${field}.description`, PRODUCT_DESCRIPTION),
    ...(problem ? [{ field: `${field}.stock`, description: problem }] : []),
  ]);
  if (!price) throw invalidField(`${field}.price`, 'is missing; set amount and currency');
  return { name, description, price, stock };
}

/** Returns the problem of a stock quantity, or undefined. */
export function stockProblem(quantity: number): string | undefined {
  if (Number.isInteger(quantity) && quantity >= 0 && quantity <= MAX_STOCK) return undefined;
  return `${quantity} is not a quantity; use a whole number from 0 to ${MAX_STOCK}`;
}
