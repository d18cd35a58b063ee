import { z } from 'zod';
import { text } from '../../kit/fields/text-rules.ts';
import { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS } from '../../kit/store/page.ts';
import { integer } from './integer.ts';

/** Query parameters of every list. */
export const pageQuery = z.strictObject({
  limit: integer(1, MAX_PAGE_ITEMS)
    .default(DEFAULT_PAGE_ITEMS)
    .describe(
      'Items on a page, at most: a page of large items has fewer. `nextCursor` says whether there are more.',
    ),
  cursor: text({ max: 1_000 })
    .default('')
    .describe('`nextCursor` of the page before; leave it out for the first.'),
});

/** Returns the schema of a page of `item`, as component `id`. */
export function pageOf<S extends z.ZodType>(id: string, item: S) {
  return z
    .strictObject({
      items: z.array(item),
      nextCursor: z.string().nullable().describe('Null on the last page.'),
    })
    .meta({ id });
}
