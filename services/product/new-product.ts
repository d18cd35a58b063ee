import { serviceError, type Violation } from '../kit/service-error.ts';
import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import type { NewProduct } from '../proto/gen/weft/product/v1/product.ts';
import { priceViolations } from './price-violations.ts';

/** Most units of one product in stock, so that no sum of returns leaves a 32-bit integer. */
const MAX_STOCK = 1_000_000_000;

/** A new product whose every field keeps its rule. */
export type ValidProduct = NewProduct & { readonly price: Money };

/**
 * @param field path of the product in the request
 * @throws ServiceError `invalid-request` with every field that breaks its rule
 */
export function validProduct(product: NewProduct | undefined, field: string): ValidProduct {
  const { name = '', description = '', price, stock = 0 } = product ?? {};
  const violations: Violation[] = [...priceViolations(price, `${field}.price`)];
  const refuse = (key: string, problem: string) => {
    violations.push({ field: `${field}.${key}`, description: problem });
  };
  if (name.trim() === '' || name.length > 200) refuse('name', `has ${name.length} characters; give 1 to 200`);
  if (name.includes('\0')) refuse('name', 'has a NUL character; leave it out');
  if (description.length > 2000)
    refuse('description', `has ${description.length} characters; give 2000 at most`);
  if (description.includes('\0')) refuse('description', 'has a NUL character; leave it out');
  const problem = stockProblem(stock);
  if (problem) refuse('stock', problem);
  if (violations.length || !price) throw serviceError('invalid-request', { violations });
  return { name, description, price, stock };
}

/** What is wrong with a quantity in stock; undefined when nothing is. */
export function stockProblem(quantity: number): string | undefined {
  if (Number.isInteger(quantity) && quantity >= 0 && quantity <= MAX_STOCK) return undefined;
  return `${quantity} is not a quantity; give a whole number from 0 to ${MAX_STOCK}`;
}
