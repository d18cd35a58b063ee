import type { z } from 'zod';
import { renameFields } from '../../kit/edge/rename-fields.ts';
import type { Product, WatchStockResponse } from '../../proto/gen/weft/product/v1/product.ts';
import type { Clients } from '../clients.ts';
import { defineOperation } from '../http/define-operation.ts';
import type { HttpOperations } from '../http/route.ts';
import { byId } from '../schemas/identifier.ts';
import {
  importResult,
  newProduct,
  productPage,
  productQuery,
  product as productSchema,
  stockEvent,
  stockLevel,
} from '../schemas/product.ts';
import { each } from './each.ts';
import { moneyOf } from './money-of.ts';
import { nextCursor, present } from './present.ts';

/** Returns the operations for the catalogue and the stock. */
export function productOperations({ product }: Pick<Clients, 'product'>): HttpOperations {
  return {
    listProducts: defineOperation({
      tag: 'Products',
      summary: 'List products',
      query: productQuery,
      fields: { query: 'q' },
      answer: { status: 200, kind: 'json', description: 'A page of products.', schema: productPage },
      async handle({ query: { q, limit, cursor }, context }) {
        const page = await product.listProducts({ query: q, limit, cursor }, { context });
        return { body: { items: page.items.map(productOf), nextCursor: nextCursor(page.nextCursor) } };
      },
    }),
    getProduct: defineOperation({
      tag: 'Products',
      summary: 'Get a product',
      params: byId,
      answer: { status: 200, kind: 'json', description: 'The product.', schema: productSchema },
      async handle({ params, context }) {
        const response = await product.getProduct(params, { context });
        return { body: productOf(response.product) };
      },
    }),
    createProduct: defineOperation({
      tag: 'Products',
      summary: 'Create a product',
      body: { kind: 'json', schema: newProduct },
      fields: { product: '' },
      answer: {
        status: 201,
        kind: 'json',
        description: 'The product.',
        schema: productSchema,
        headers: { location: 'Where the product is.' },
      },
      async handle({ body, context }) {
        const response = await product.createProduct({ product: body }, { context });
        const createdProduct = productOf(response.product);
        return { headers: { location: `/v1/products/${createdProduct.id}` }, body: createdProduct };
      },
    }),
    setStock: defineOperation({
      tag: 'Products',
      summary: 'Set the stock of a product',
      params: byId,
      body: { kind: 'json', schema: stockLevel },
      answer: { status: 200, kind: 'json', description: 'The product.', schema: productSchema },
      async handle({ params: { id }, body: { quantity }, context }) {
        const response = await product.setStock({ id, quantity }, { context });
        return { body: productOf(response.product) };
      },
    }),
    importProducts: defineOperation({
      tag: 'Products',
      summary: 'Import products',
      description:
        'Send one product per line. If a line is invalid or the connection breaks, no product is created. An import may take up to one day, with pauses of up to 10 seconds.',
      body: { kind: 'lines', schema: newProduct },
      answer: {
        status: 201,
        kind: 'json',
        description: 'The number of created products.',
        schema: importResult,
      },
      async handle({ body, context }) {
        const rows = each(body, (row) => ({ product: row }));
        try {
          return { body: await product.importProducts(rows, { context }) };
        } catch (error) {
          throw renameFields(error, (field) => lineField(field, body.numbers));
        }
      },
    }),
    watchStock: defineOperation({
      tag: 'Products',
      summary: 'Watch the stock of a product',
      description: 'Sends the current stock, then each change, until you close the connection.',
      params: byId,
      answer: {
        status: 200,
        kind: 'events',
        event: 'stock',
        description: 'Server-sent events.',
        schema: stockEvent,
      },
      handle: ({ params, context }) => ({
        body: each(product.watchStock(params, { context }), stockEventOf),
      }),
    }),
  };
}

/** Returns the client's name for a field of an imported product: `line 3.name` for `products[1].name`. */
function lineField(field: string, lines: readonly number[]): string {
  return field.replace(/^products\[(\d+)\]/, (_, index) => `line ${lines[Number(index)] ?? 'unknown'}`);
}

function productOf(product: Product | undefined): z.input<typeof productSchema> {
  const { id, name, description, price, stock, availability } = present(product, 'the product');
  // A newer product service may return values that this version does not know.
  const result = productSchema.shape.availability.unwrap().safeParse(availability);
  return {
    id,
    name,
    description,
    price: moneyOf(price),
    stock,
    ...(result.success && { availability: result.data }),
  };
}

function stockEventOf({ productId, stock, at }: WatchStockResponse): z.input<typeof stockEvent> {
  return { productId, stock, at: present(at, 'the time').toISOString() };
}
