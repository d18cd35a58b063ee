import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { MAX_PAGE_BYTES, MAX_UUID, MIN_UUID, readPage } from '../../../../services/kit/store/page.ts';
import { Notification } from '../../../../services/proto/gen/weft/notification/v1/notification.ts';

/** A list in memory, of items with `sizes` characters. Remembers how many rows were read at once. */
function listOf(sizes: readonly number[]) {
  const rows = sizes.map((size) => ({ id: uuidv7(), orderId: '', text: 'x'.repeat(size), at: undefined }));
  const reads: number[] = [];
  const page = (limit: number, cursor: string) =>
    readPage({ limit, cursor }, MIN_UUID, {
      read: async ([after = ''], count) => {
        const page = rows.filter(({ id }) => id > after).slice(0, count);
        reads.push(page.length);
        return page;
      },
      toItem: (row) => row,
      type: Notification,
    });
  return { rows, reads, page };
}

test('pages have no gap, and each has one item or stays within count and bytes', async () => {
  const size = fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.constantFrom(MAX_PAGE_BYTES / 30, MAX_PAGE_BYTES / 2, MAX_PAGE_BYTES, 2 * MAX_PAGE_BYTES),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(size, { maxLength: 25 }),
      fc.integer({ min: 1, max: 100 }),
      async (sizes, limit) => {
        const { rows, page } = listOf(sizes);
        const ids: string[] = [];
        let cursor = '';
        do {
          const { items, nextCursor } = await page(limit, cursor);
          const bytes = items.reduce((sum, item) => sum + Notification.encode(item).finish().length, 0);
          expect(items.length).toBeLessThanOrEqual(limit);
          expect(items.length <= 1 || bytes <= MAX_PAGE_BYTES).toBe(true);
          expect(items.length > 0 || nextCursor === '').toBe(true);
          ids.push(...items.map(({ id }) => id));
          cursor = nextCursor;
        } while (cursor !== '');
        expect(ids).toEqual(rows.map(({ id }) => id));
      },
    ),
    { numRuns: 20 },
  );
});

test('reads few rows of a list with large items', async () => {
  const { page, reads } = listOf(Array.from({ length: 100 }, () => MAX_PAGE_BYTES / 30));
  expect((await page(100, '')).items).toHaveLength(29);
  expect(reads.reduce((sum, count) => sum + count)).toBeLessThan(35);
});

test('reads a full page of small items in two queries', async () => {
  const { page, reads } = listOf(Array.from({ length: 150 }, () => 10));
  expect((await page(100, '')).items).toHaveLength(100);
  expect(reads).toEqual([21, 80]);
});

test.each([-1, 101])('rejects a limit of %d', async (limit) => {
  const read = async () => [];
  await expect(
    readPage({ limit, cursor: '' }, MAX_UUID, { read, toItem: (row) => row, type: Notification }),
  ).rejects.toMatchObject({ code: 'invalid-request', violations: [{ field: 'limit' }] });
});
