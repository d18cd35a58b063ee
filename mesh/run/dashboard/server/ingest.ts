import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { OtlpError } from '../otlp/otlp-error.ts';
import { parseLogs } from '../otlp/parse-logs.ts';
import { parseMetrics } from '../otlp/parse-metrics.ts';
import { parseSpans } from '../otlp/parse-spans.ts';
import type { ParsedRecords } from '../otlp/parsed-records.ts';
import type { RunTelemetry } from '../telemetry.ts';
import type { Forwarder, Signal } from './forwarder.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './respond.ts';

/** Largest OTLP request after decompression. Exporters of OpenTelemetry send less than 1 MiB. */
const MAX_REQUEST_BYTES = 16 * 1_048_576;

/**
 * Receives an OTLP/HTTP request with JSON. Records that are not valid are refused one by one, in `partialSuccess`, so that
 * the exporter does not send the others again.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 * @throws ApiError if the request as a whole is not valid
 */
export async function ingest(
  request: IncomingMessage,
  response: ServerResponse,
  signal: Signal,
  telemetry: RunTelemetry,
  forwarder: Forwarder | undefined,
): Promise<void> {
  const { 'content-type': type = '' } = request.headers;
  if (!/^application\/json\b/i.test(type))
    throw new ApiError(
      415,
      `content-type '${type}' is not supported; export with OTEL_EXPORTER_OTLP_PROTOCOL=http/json`,
    );
  const body = await readBody(request, MAX_REQUEST_BYTES);
  const { count, refusals, unstored } = add(signal, parseJson(body), telemetry);
  forwarder?.forward(signal, body);
  const rejected = refusals.length + (unstored === undefined ? 0 : count);
  if (rejected === 0) return sendJson(response, {});
  if (refusals.length > 0) telemetry.store.drop('not valid OTLP', refusals.length);
  const field = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' }[
    signal
  ];
  sendJson(response, {
    partialSuccess: { [field]: String(rejected), errorMessage: unstored ?? refusals[0] },
  });
}

interface AddedRecords {
  readonly count: number;
  readonly refusals: readonly string[];
  /** Why valid records were not stored. */
  readonly unstored: string | undefined;
}

function add(signal: Signal, body: unknown, telemetry: RunTelemetry): AddedRecords {
  const now = Date.now();
  try {
    switch (signal) {
      case 'traces':
        return added(parseSpans(body), (spans) => telemetry.addSpans(spans, now));
      case 'logs':
        return added(parseLogs(body), (logs) => telemetry.addLogs(logs));
      case 'metrics':
        return added(parseMetrics(body), (points) => telemetry.addPoints(points, now));
    }
  } catch (error) {
    if (error instanceof OtlpError) throw new ApiError(400, error.message);
    // JSON.stringify is recursive and overflows the stack.
    if (error instanceof RangeError) throw new ApiError(400, `the body cannot be stored: ${error.message}`);
    throw error;
  }
}

function added<T>(
  { records, refusals }: ParsedRecords<T>,
  store: (records: readonly T[]) => string | undefined,
): AddedRecords {
  const unstored = records.length > 0 ? store(records) : undefined;
  return { count: records.length, refusals, unstored };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ApiError(
      400,
      `the body of ${body.length} bytes is not JSON, or is truncated: ${(error as Error).message}`,
    );
  }
}
