import type { IncomingMessage, ServerResponse } from 'node:http';
import { valueText } from '../otlp/otlp-json.ts';
import type { ReceivedLog } from '../otlp/parse-logs.ts';
import type { ReceivedSpan } from '../otlp/parse-spans.ts';
import { findLogs, findSpans, type StoredRecord, toOtlpJson } from '../store/stored-records.ts';
import type { TelemetryFilter } from '../store/telemetry-filter.ts';
import type { RunTelemetry } from '../telemetry.ts';
import { startStream } from './respond.ts';

/** Unsent bytes above which records are left out, because the client does not read them. */
const MAX_BUFFERED_BYTES = 8 * 1_048_576;

type RecordPair = readonly [ReceivedSpan | ReceivedLog, object];

/** Sends matching records as NDJSON, one OTLP/JSON document per record: first those in the store, then new ones. */
export function followRecords(
  signal: 'spans' | 'logs',
  filter: TelemetryFilter,
  request: IncomingMessage,
  response: ServerResponse,
  telemetry: RunTelemetry,
): void {
  startStream(response, 'application/x-ndjson');
  if (request.method === 'HEAD') return void response.end();
  const { database } = telemetry.store;
  const records = (signal === 'spans' ? findSpans : findLogs)(database, filter);
  for (const record of records) response.write(`{${toOtlpJson(signal, [record])}}\n`);
  const send = (all: readonly RecordPair[]) => {
    for (const [{ source }, record] of all) {
      if (response.writableLength > MAX_BUFFERED_BYTES) return;
      const stored: StoredRecord = { ...source, id: 0, record: JSON.stringify(record) };
      response.write(`{${toOtlpJson(signal, [stored])}}\n`);
    }
  };
  const onSpans = (spans: readonly ReceivedSpan[]) =>
    send(spans.filter((one) => matchesSpan(one, filter)).map((one) => [one, one.span]));
  const onLogs = (logs: readonly ReceivedLog[]) =>
    send(logs.filter((one) => matchesLog(one, filter)).map((one) => [one, one.record]));
  if (signal === 'spans') telemetry.on('spans', onSpans);
  else telemetry.on('logs', onLogs);
  response.once('close', () => telemetry.off('spans', onSpans).off('logs', onLogs));
}

function matchesSpan({ source, span, start, end, isError }: ReceivedSpan, filter: TelemetryFilter): boolean {
  const { hasError, minDuration = 0, text = '' } = filter;
  return (
    matchesSource(source.service, span.traceId, start, filter) &&
    (hasError === undefined || hasError === isError) &&
    end - start >= minDuration &&
    span.name.toLowerCase().includes(text.toLowerCase())
  );
}

function matchesLog(
  { source, record, time, severity, traceId }: ReceivedLog,
  filter: TelemetryFilter,
): boolean {
  const { minSeverity = 0, text = '' } = filter;
  return (
    matchesSource(source.service, traceId, time, filter) &&
    severity >= minSeverity &&
    valueText(record.body).toLowerCase().includes(text.toLowerCase())
  );
}

function matchesSource(
  service: string,
  traceId: string | undefined,
  time: number,
  filter: TelemetryFilter,
): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY } = filter;
  return (
    (filter.service === undefined || filter.service === service) &&
    (filter.traceId === undefined || filter.traceId === traceId) &&
    time >= from &&
    time <= to
  );
}
