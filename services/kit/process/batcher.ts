import { type Context, context, type Link, trace } from '@opentelemetry/api';
import { failSpan, isSampled, TRACER } from '../telemetry/tracing.ts';

interface Submission<T, R> {
  readonly item: T;
  /** Trace of the caller. */
  readonly trace: Context;
  readonly result: PromiseWithResolvers<R>;
}

/**
 * Batches items that callers submit one at a time. Items submitted while a batch runs form the next batch, so one
 * statement, commit or call serves many callers under load. Without load an item is not delayed.
 */
export class Batcher<T, R> {
  readonly #runBatch: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #maxBatchSize: number;
  readonly #keyOf: ((item: T) => string) | undefined;
  #queue: Submission<T, R>[] = [];
  #isRunning = false;

  /**
   * @param runBatch processes a batch and returns one result per item, in the order of the items. If it throws for
   *   several items, each is processed again in a batch of its own, so that only the failing one is rejected. It must
   *   therefore be idempotent
   * @param maxBatchSize maximum number of items in a batch
   * @param keyOf returns an item's key. A batch has at most one item of a key; later ones wait for the next batch.
   *   @default items have no key
   */
  constructor(
    runBatch: (items: readonly T[]) => Promise<readonly R[]>,
    maxBatchSize: number,
    keyOf?: (item: T) => string,
  ) {
    this.#runBatch = runBatch;
    this.#maxBatchSize = maxBatchSize;
    this.#keyOf = keyOf;
  }

  /**
   * Processes `item` with the next batch.
   * @throws what `runBatch` throws for this item alone
   */
  submit(item: T): Promise<R> {
    const result = Promise.withResolvers<R>();
    this.#queue.push({ item, trace: context.active(), result });
    if (!this.#isRunning) {
      this.#isRunning = true;
      // Deferred, so that items submitted in the same turn of the event loop share the first batch.
      setImmediate(() => void this.#drain());
    }
    return result.promise;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#run(batch);
      } catch (error) {
        if (batch.length === 1) batch[0]?.result.reject(error);
        else await Promise.all(batch.map((one) => this.#run([one]).catch(one.result.reject)));
      }
    }
    this.#isRunning = false;
  }

  #takeBatch(): readonly Submission<T, R>[] {
    const keyOf = this.#keyOf;
    if (!keyOf) return this.#queue.splice(0, this.#maxBatchSize);
    const batch = new Map<string, Submission<T, R>>();
    const later: Submission<T, R>[] = [];
    for (const submission of this.#queue) {
      const key = keyOf(submission.item);
      if (batch.size === this.#maxBatchSize || batch.has(key)) later.push(submission);
      else batch.set(key, submission);
    }
    this.#queue = later;
    return [...batch.values()];
  }

  async #run(batch: readonly Submission<T, R>[]): Promise<void> {
    const run = () => this.#runBatch(batch.map(({ item }) => item));
    const results = await inTrace(batch, run);
    // runBatch returns one result per item.
    for (const [index, { result }] of batch.entries()) result.resolve(results[index] as R);
  }
}

/**
 * Runs a batch in the trace of its first sampled item. If several items are sampled, the work has a span of its own
 * with a link to each of the others, whose traces do not contain it.
 */
async function inTrace<R>(batch: readonly { readonly trace: Context }[], run: () => Promise<R>): Promise<R> {
  const sampled = batch.filter((one) => isSampled(one.trace));
  const [first = batch[0], ...others] = sampled;
  if (!first) return run();
  if (others.length === 0) return context.with(first.trace, run);
  const links = others.flatMap((one): readonly Link[] => {
    const linked = trace.getSpanContext(one.trace);
    return linked ? [{ context: linked }] : [];
  });
  const attributes = { 'weft.batch.size': batch.length };
  const span = TRACER.startSpan('batch', { attributes, links: [...links] }, first.trace);
  try {
    return await context.with(trace.setSpan(first.trace, span), run);
  } catch (error) {
    failSpan(span, error instanceof Error ? error.name : 'error');
    throw error;
  } finally {
    span.end();
  }
}
