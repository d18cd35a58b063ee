import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HashingQueue } from '../../../services/user/hashing-queue.ts';

test('never exceeds its concurrency limit, and runs all accepted work', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.boolean(), { maxLength: 30 }),
      async (running, jobs) => {
        const queue = new HashingQueue({ maxConcurrent: running, maxQueued: jobs.length });
        let now = 0;
        let maxConcurrent = 0;
        const results = await Promise.allSettled(
          jobs.map((fails) =>
            queue.run(async () => {
              now += 1;
              maxConcurrent = Math.max(maxConcurrent, now);
              await Promise.resolve();
              now -= 1;
              if (fails) throw new Error('failed');
            }),
          ),
        );
        expect(maxConcurrent).toBeLessThanOrEqual(running);
        expect(results.map(({ status }) => status === 'rejected')).toEqual(jobs);
        expect(now).toBe(0);
      },
    ),
  );
});

test('rejects callers when the queue is full, and releases the slots of callers that disconnected', async () => {
  const queue = new HashingQueue({ maxConcurrent: 1, maxQueued: 1 });
  const first = Promise.withResolvers<void>();
  const running = queue.run(() => first.promise);
  const disconnected = new AbortController();
  let hashed = false;
  const waiting = queue.run(async () => {
    hashed = true;
  }, disconnected.signal);
  await expect(queue.run(async () => {})).rejects.toMatchObject({
    code: 'too-many-requests',
    retryAfterMs: 1_000,
  });
  disconnected.abort();
  first.resolve();
  await running;
  await expect(waiting).rejects.toThrow();
  expect(hashed).toBe(false);
  await expect(queue.run(async () => 'free again')).resolves.toBe('free again');
});
