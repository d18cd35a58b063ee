import { z } from 'zod';
import type { Client } from '../../kit/client/client.ts';
import type { Lines } from '../../kit/edge/line-body.ts';
import { renameFields } from '../../kit/edge/rename-fields.ts';
import { parseWith } from '../../kit/edge/violations.ts';
import { ServiceError, serviceError } from '../../kit/errors/service-error.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { NewProduct, ProductServiceDefinition } from '../../proto/gen/weft/product/v1/product.ts';
import { MAX_PRICE, MAX_STOCK } from '../../proto/limits.ts';
import { mapEach } from './map-each.ts';

/** One line of an import. The product service checks the texts and the currency. */
export const importedProduct = z.strictObject({
  name: z.string(),
  description: z.string(),
  price: z.strictObject({ amount: z.int().min(0).max(MAX_PRICE), currency: z.string() }),
  stock: z.int().min(0).max(MAX_STOCK),
});

/** Parses a text with one product per line. @throws ServiceError that names the line, while it is iterated */
export function linesOf(text: string): Lines<NewProduct> {
  const numbers: number[] = [];
  async function* parse() {
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      numbers.push(index + 1);
      yield parseWith(importedProduct, parseLine(line, index + 1), `line ${index + 1}`);
    }
  }
  return { numbers, [Symbol.asyncIterator]: parse };
}

/**
 * Creates all products of the lines, or none.
 * @returns the number of products
 * @throws ServiceError whose violations name the line
 */
export async function importProducts(
  product: Pick<Client<ProductServiceDefinition>, 'importProducts'>,
  lines: Lines<NewProduct>,
  context: CallContext,
): Promise<number> {
  try {
    const requests = mapEach(lines, (row) => ({ product: row }));
    return (await product.importProducts(requests, { context })).imported;
  } catch (error) {
    throw renameFields(error, (field) =>
      field.replace(/^products\[(\d+)\]/, (_, index) => `line ${lines.numbers[Number(index)] ?? 'unknown'}`),
    );
  }
}

/** Returns the error of an import in words. @throws the error, if the lines are not its cause */
export function importErrorText(error: unknown): string {
  const isInput =
    error instanceof ServiceError &&
    ['invalid-request', 'malformed-body', 'body-too-large', 'unsupported-media-type'].includes(error.code);
  if (!isInput) throw error;
  const [first] = error.violations;
  const cause = first ? `${first.field}: ${first.description}` : error.message;
  return `Nothing was imported. ${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`;
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw serviceError('malformed-body', { metadata: { problem: `it is not JSON in line ${number}` } });
  }
}
