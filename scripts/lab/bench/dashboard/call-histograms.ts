import { type SpanRecord, toNanoseconds, toOtlpAttributes } from './span-records.ts';

/** Upper bounds in seconds, as those of the kit. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Histogram {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: number[];
  sum: number;
}

/** The durations of the calls of a service, cumulative since the start. */
export class CallHistograms {
  readonly #startedAt = Date.now() * 1_000;
  readonly #histograms = new Map<string, Histogram>();

  add({ name, start, end, attributes }: SpanRecord): void {
    const code = String(attributes['rpc.status_code']);
    const key = `${name} ${code}`;
    const histogram = this.#histograms.get(key) ?? {
      labels: {
        weft_call: String(attributes['weft.call']),
        weft_callee: String(attributes['weft.callee']),
        rpc_method: name,
        rpc_status_code: code,
      },
      counts: Array.from({ length: BOUNDS.length + 1 }, () => 0),
      sum: 0,
    };
    this.#histograms.set(key, histogram);
    const seconds = (end - start) / 1e6;
    const index = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = index < 0 ? BOUNDS.length : index;
    histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
    histogram.sum += seconds;
  }

  /** Returns the metric of OTLP/JSON. @param now in microseconds since the epoch */
  toOtlp(now: number): object {
    const dataPoints = [...this.#histograms.values()].map(({ labels, counts, sum }) => ({
      attributes: toOtlpAttributes(labels),
      startTimeUnixNano: toNanoseconds(this.#startedAt),
      timeUnixNano: toNanoseconds(now),
      count: counts.reduce((total, count) => total + count, 0),
      sum,
      explicitBounds: BOUNDS,
      bucketCounts: counts,
    }));
    return {
      name: 'rpc_client_call_duration_seconds',
      description: 'Duration of outgoing calls.',
      unit: 's',
      histogram: { aggregationTemporality: 2, dataPoints },
    };
  }
}
