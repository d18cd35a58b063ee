import { z } from 'zod';
import { ResponseError, readJson } from '../../../mesh/run/process/read-json.ts';

/** A series of a result. A value of NaN or an infinity is `undefined`, because a chart cannot show it. */
export interface ResultSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Values by time in seconds since the epoch. */
  readonly values: ReadonlyMap<number, number | undefined>;
}

/** Start, end and step of a query, in seconds. */
export interface QueryRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const SAMPLE = z.tuple([z.number(), z.string()]);
const LABELS = z.record(z.string(), z.string());
const FAILURE = z.object({ status: z.literal('error'), error: z.string() });
const MATRIX = z.object({
  resultType: z.literal('matrix'),
  result: z.array(z.object({ metric: LABELS, values: z.array(SAMPLE) })),
});
const VECTOR = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: LABELS, value: SAMPLE })),
});
const RESPONSE = z.union([
  z.object({ status: z.literal('success'), data: z.union([MATRIX, VECTOR]) }),
  FAILURE,
]);

const FIX = 'pass the URL of a running Prometheus with --prometheus';
const TIMEOUT_MS = 30_000;

/** The query API of Prometheus. @see https://prometheus.io/docs/prometheus/latest/querying/api/ */
export class PrometheusApi {
  readonly #url: string;

  /** @param url of Prometheus, such as `http://127.0.0.1:9090`; may have a path */
  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '');
  }

  /** Returns the values of a query at each step of a range. @throws ResponseError with the reason of Prometheus */
  queryRange(
    expr: string,
    { start, end, step }: QueryRange,
    signal?: AbortSignal,
  ): Promise<readonly ResultSeries[]> {
    return this.#query('query_range', { query: expr, start, end, step }, signal);
  }

  /** Returns the values of a query at a time in seconds. @throws ResponseError with the reason of Prometheus */
  query(expr: string, time: number, signal?: AbortSignal): Promise<readonly ResultSeries[]> {
    return this.#query('query', { query: expr, time }, signal);
  }

  async #query(
    path: 'query' | 'query_range',
    fields: Readonly<Record<string, string | number>>,
    signal?: AbortSignal,
  ): Promise<readonly ResultSeries[]> {
    const source = { name: `Prometheus at ${this.#url}`, fix: FIX };
    const body = new URLSearchParams(
      Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    let text: string;
    try {
      const response = await fetch(`${this.#url}/api/v1/${path}`, {
        method: 'POST',
        body,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) throw new ResponseError(source, `no response within ${TIMEOUT_MS / 1_000} s`);
      const { cause = error } = error as Error;
      throw new ResponseError(source, `not reachable: ${(cause as Error).message}`);
    }
    const answer = readJson(RESPONSE, text, source);
    if (answer.status === 'error')
      throw new ResponseError({ name: source.name }, `the query failed: ${answer.error}`);
    const { data } = answer;
    if (data.resultType === 'vector')
      return data.result.map(({ metric, value }) => ({
        labels: metric,
        values: new Map([parseSample(value)]),
      }));
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      values: new Map(values.map(parseSample)),
    }));
  }
}

function parseSample([time, text]: readonly [number, string]): readonly [number, number | undefined] {
  const value = Number(text);
  return [time, Number.isFinite(value) ? value : undefined];
}
