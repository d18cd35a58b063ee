import { z } from 'zod';
import { ID_CURSOR_PATTERN } from '../../kit/store/cursor.ts';
import { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS } from '../../kit/store/page.ts';
import { integer } from './integer.ts';

/** Query parameters of every list. */
export const pageQuery = z.strictObject({
  limit: integer(1, MAX_PAGE_ITEMS)
    .default(DEFAULT_PAGE_ITEMS)
    .describe(
      'Maximum number of items. A page of large items may have fewer; only `nextCursor` tells whether more follow.',
    ),
  cursor: z
    .string()
    .regex(new RegExp(ID_CURSOR_PATTERN), 'not a cursor; use nextCursor of the previous page')
    .default('')
    .describe('`nextCursor` of the previous page. Omit it for the first page.'),
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
