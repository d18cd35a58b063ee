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
        const found = rows.filter(({ id }) => id > after).slice(0, count);
        reads.push(found.length);
        return found;
      },
      toItem: (row) => row,
      type: Notification,
    });
  return { rows, reads, page };
}

test('pages follow each other without a gap, each within its count and its bytes or of one item', async () => {
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

test('few rows are read of a list whose items are large', async () => {
  const { page, reads } = listOf(Array.from({ length: 100 }, () => MAX_PAGE_BYTES / 30));
  expect((await page(100, '')).items).toHaveLength(29);
  expect(reads.reduce((sum, count) => sum + count)).toBeLessThan(35);
});

test('a full page of small items takes two reads', async () => {
  const { page, reads } = listOf(Array.from({ length: 150 }, () => 10));
  expect((await page(100, '')).items).toHaveLength(100);
  expect(reads).toEqual([21, 80]);
});

test.each([-1, 101])('a limit of %d is refused', async (limit) => {
  const read = async () => [];
  await expect(
    readPage({ limit, cursor: '' }, MAX_UUID, { read, toItem: (row) => row, type: Notification }),
  ).rejects.toMatchObject({ code: 'invalid-request', violations: [{ field: 'limit' }] });
});
