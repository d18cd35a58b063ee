import type { OtlpLog } from '../services/kit/telemetry/otlp-receiver.ts';
import type { PartClient } from './part-client.ts';

interface LokiAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [nanoseconds: string, line: string])[];
    }[];
  };
}

/** Maximum number of lines of an answer, which is Loki's default limit. */
const MAX_LINES = 5_000;

/**
 * Returns the log lines of the last 5 minutes, the latest ones first.
 * @param filter of LogQL behind the stream selector, such as `| trace_id="..."`. @default all lines
 */
export async function readLogs(loki: PartClient, filter = ''): Promise<readonly OtlpLog[]> {
  const { data } = await loki.get<LokiAnswer>('/loki/api/v1/query_range', {
    query: `{service_name=~".+"} ${filter}`,
    since: '5m',
    limit: String(MAX_LINES),
  });
  return data.result.flatMap(({ stream, values }) =>
    values.map(([, body]) => ({
      body,
      severity: stream.severity_text ?? '',
      traceId: stream.trace_id ?? '',
      spanId: stream.span_id ?? '',
      service: stream.service_name ?? '',
      attributes: stream,
    })),
  );
}
