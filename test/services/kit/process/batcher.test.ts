import { expect, test } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { Batcher } from '../../../../services/kit/process/batcher.ts';
import { contextOf, traceparentOf } from '../../../../services/kit/telemetry/propagation.ts';
import { recordSpans } from '../telemetry/recorded-spans.ts';

/** Doubles numbers in batches of at most three; a batch with a negative number fails. */
function doubling() {
  const batches: (readonly number[])[] = [];
  const batcher = new Batcher<number, number>(async (numbers) => {
    batches.push(numbers);
    if (numbers.some((number) => number < 0)) throw new Error(`no ${numbers}`);
    return numbers.map((number) => 2 * number);
  }, 3);
  return { batches, batcher };
}

test('items submitted together are batched, and each caller gets its own result', async () => {
  const { batches, batcher } = doubling();
  expect(await Promise.all([1, 2, 3, 4, 5].map((number) => batcher.submit(number)))).toEqual([
    2, 4, 6, 8, 10,
  ]);
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('items submitted while a batch runs form the next batch', async () => {
  const batches: (readonly string[])[] = [];
  const first = Promise.withResolvers<void>();
  const batcher = new Batcher<string, string>(async (items) => {
    batches.push(items);
    await first.promise;
    return items;
  }, 10);
  const a = batcher.submit('a');
  while (batches.length === 0) await new Promise(setImmediate);
  const others = ['b', 'c'].map((item) => batcher.submit(item));
  first.resolve();
  expect(await Promise.all([a, ...others])).toEqual(['a', 'b', 'c']);
  expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('items of a failed batch are retried one by one, and only the failing item is rejected', async () => {
  const { batches, batcher } = doubling();
  const outcomes = await Promise.allSettled([1, -1, 2].map((number) => batcher.submit(number)));
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: new Error('no -1') },
    { status: 'fulfilled', value: 4 },
  ]);
  expect(batches).toEqual([[1, -1, 2], [1], [-1], [2]]);
  expect(await batcher.submit(4)).toBe(8);
});

test('a batch holds at most one item of a key, and later items of other keys overtake the rest', async () => {
  const batches: (readonly string[])[] = [];
  const runBatch = async (items: readonly string[]) => {
    batches.push(items);
    return items;
  };
  const batcher = new Batcher<string, string>(runBatch, 3, (item) => item[0] ?? '');
  const items = ['a1', 'a2', 'b1', 'a3', 'c1', 'd1'];
  expect(await Promise.all(items.map((item) => batcher.submit(item)))).toEqual(items);
  expect(batches).toEqual([['a1', 'b1', 'c1'], ['a2', 'd1'], ['a3']]);
});

test('a batch runs in the trace of its first sampled item, with a link to the traces of the others', async () => {
  const spans = recordSpans();
  const traceparents: (string | undefined)[] = [];
  const batcher = new Batcher<number, number>(async (numbers) => {
    traceparents.push(traceparentOf());
    return numbers;
  }, 10);
  const submit = (trace: string, flags: string, item: number) =>
    context.with(contextOf(`00-${trace.repeat(32)}-${trace.repeat(16)}-${flags}`), () =>
      batcher.submit(item),
    );
  await Promise.all([submit('a', '00', 1), submit('b', '01', 2), submit('c', '01', 3)]);
  const batch = spans.only('batch');
  expect(batch.parentSpanContext?.spanId).toBe('b'.repeat(16));
  expect(batch.links.map(({ context: { traceId } }) => traceId)).toEqual(['c'.repeat(32)]);
  expect(traceparents[0]).toContain(batch.spanContext().spanId);
  await submit('d', '01', 4);
  expect(traceparents[1]).toBe(`00-${'d'.repeat(32)}-${'d'.repeat(16)}-01`);
});

test('a batch that follows another runs in its own trace', async () => {
  const first = Promise.withResolvers<void>();
  const traceparents: (string | undefined)[] = [];
  const batcher = new Batcher<number, number>(async (numbers) => {
    traceparents.push(traceparentOf());
    if (numbers[0] === 1) await first.promise;
    return numbers;
  }, 10);
  const traceOf = (digit: string) => contextOf(`00-${digit.repeat(32)}-${digit.repeat(16)}-00`);
  const one = context.with(traceOf('a'), () => batcher.submit(1));
  await new Promise(setImmediate);
  const two = context.with(traceOf('b'), () => batcher.submit(2));
  first.resolve();
  await Promise.all([one, two]);
  expect(traceparents.map((traceparent) => traceparent?.slice(3, 4))).toEqual(['a', 'b']);
});
