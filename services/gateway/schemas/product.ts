import { z } from 'zod';
import { identifier } from './identifier.ts';
import { money, price } from './money.ts';
import { pageOf, pageQuery } from './page.ts';
import { text } from './text.ts';

const stock = z.int().min(0).max(1_000_000).describe('Pieces that can be ordered.');

export const newProduct = z
  .strictObject({
    name: text({ min: 1, max: 200 }),
    description: text({ max: 5_000, lines: true }),
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
      .describe('Whether there is enough; not every version of the catalogue says it.'),
  })
  .meta({ id: 'Product' });

export const productPage = pageOf('ProductPage', product);

export const productQuery = pageQuery.extend({
  q: text({ max: 200 }).default('').describe('Words to look for in name and description.'),
});

export const stockLevel = z
  .strictObject({ quantity: stock })
  .meta({ id: 'StockLevel', examples: [{ quantity: 40 }] });

export const stockEvent = z
  .strictObject({ productId: identifier, stock: z.int().min(0), at: z.iso.datetime() })
  .meta({ id: 'StockEvent' });

export const importResult = z
  .strictObject({ imported: z.int().min(0).describe('Products made.') })
  .meta({ id: 'ImportResult' });
