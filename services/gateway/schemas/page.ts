import { z } from 'zod';
import { text } from './text.ts';

/** The query of every list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Items on a page.'),
  cursor: text({ max: 1_000 })
    .default('')
    .describe('`nextCursor` of the page before; leave it out for the first.'),
});

/** A page of a list of `item`, as the component `id`. */
export function pageOf<S extends z.ZodType>(id: string, item: S) {
  return z
    .strictObject({
      items: z.array(item),
      nextCursor: z.string().nullable().describe('Null on the last page.'),
    })
    .meta({ id });
}
