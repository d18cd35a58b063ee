import { z } from 'zod';
import { text } from '../../kit/fields/text-rules.ts';
import { MAX_STOCK, PRODUCT_DESCRIPTION, PRODUCT_NAME, PRODUCT_QUERY } from '../../proto/limits.ts';
import { identifier } from './identifier.ts';
import { money, price } from './money.ts';
import { pageOf, pageQuery } from './page.ts';

const stock = z.int().min(0).max(MAX_STOCK).describe('Units in stock.');

export const newProduct = z
  .strictObject({
    name: text(PRODUCT_NAME),
    description: text(PRODUCT_DESCRIPTION),
    price,
    stock,
  })
  .meta({
    id: 'NewProduct',
    examples: [
      {
        name: 'Linen scarf',
        description: 'Woven in Ghent.',
        price: { amount: 3900, currency: 'EUR' },
        stock: 12,
      },
    ],
  });

export const product = z
  .strictObject({
    id: identifier,
    name: z.string(),
    description: z.string(),
    price: money,
    stock: z.int().min(0),
    availability: z
      .enum(['in-stock', 'low', 'sold-out'])
      .exactOptional()
      .describe('Level of the stock. Absent from versions of the catalogue that do not compute it.'),
  })
  .meta({ id: 'Product' });

export const productPage = pageOf('ProductPage', product);

export const productQuery = pageQuery.extend({
  q: text(PRODUCT_QUERY).default('').describe('Words to search in name and description.'),
});

export const stockLevel = z
  .strictObject({ quantity: stock })
  .meta({ id: 'StockLevel', examples: [{ quantity: 40 }] });

export const stockEvent = z
  .strictObject({ productId: identifier, stock: z.int().min(0), at: z.iso.datetime() })
  .meta({ id: 'StockEvent' });

export const importResult = z
  .strictObject({ imported: z.int().min(0).describe('Number of products created.') })
  .meta({ id: 'ImportResult' });
