import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Value = {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly boolValue?: boolean;
};
interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** A span as OTLP/JSON has it, with its attributes and resource by name. */
export interface OtlpSpan {
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly service: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isFailed: boolean;
}

/** A log record as OTLP/JSON has it. */
export interface OtlpLog {
  readonly body: string;
  readonly severity: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A collector that accepts OTLP/JSON on loopback, or behaves as badly as `respond` makes it. */
export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly OtlpSpan[];
  readonly logs: readonly OtlpLog[];
  /** Bodies of `/v1/metrics`, as received. */
  readonly metrics: readonly unknown[];
  /** Number of requests, answered or not. */
  readonly requests: number;
  close(): Promise<void>;
}

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

const accept: Respond = (_, response) => response.setHeader('content-type', 'application/json').end('{}');

/** Starts a receiver. @param respond called after the body was read. @default accepts the export */
export async function otlpReceiver(respond: Respond = accept): Promise<OtlpReceiver> {
  const spans: OtlpSpan[] = [];
  const logs: OtlpLog[] = [];
  const metrics: unknown[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const body = (await json(request)) as never;
    if (request.url === '/v1/traces') spans.push(...readSpans(body));
    if (request.url === '/v1/logs') logs.push(...readLogs(body));
    if (request.url === '/v1/metrics') metrics.push(body);
    respond(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    logs,
    metrics,
    get requests() {
      return requests;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An export as OTLP/JSON has it. */
export type OtlpBody = Readonly<Record<string, readonly Record<string, unknown>[]>>;

function* recordsOf(body: OtlpBody, resources: string, scopes: string, records: string) {
  for (const entry of body[resources] ?? []) {
    const resource = byName((entry.resource as { attributes: readonly Attribute[] }).attributes);
    for (const scope of entry[scopes] as readonly Record<string, unknown>[])
      for (const record of scope[records] as readonly Record<string, unknown>[]) yield { resource, record };
  }
}

/** Returns the spans of an export, with their attributes by name. */
export function readSpans(body: OtlpBody): readonly OtlpSpan[] {
  return [...recordsOf(body, 'resourceSpans', 'scopeSpans', 'spans')].map(({ resource, record }) => ({
    ...(record as unknown as OtlpSpan),
    service: String(resource['service.name']),
    resource,
    attributes: byName(record.attributes as readonly Attribute[]),
    // Jaeger leaves empty lists out.
    events: ((record.events ?? []) as readonly { name: string; attributes: readonly Attribute[] }[]).map(
      (event) => ({ name: event.name, attributes: byName(event.attributes) }),
    ),
    links: (record.links ?? []) as OtlpSpan['links'],
    isFailed: (record.status as { code?: number } | undefined)?.code === 2,
  }));
}

function readLogs(body: OtlpBody): readonly OtlpLog[] {
  return [...recordsOf(body, 'resourceLogs', 'scopeLogs', 'logRecords')].map(({ resource, record }) => ({
    body: (record.body as Value).stringValue ?? '',
    severity: String(record.severityText),
    traceId: String(record.traceId ?? ''),
    spanId: String(record.spanId ?? ''),
    service: String(resource['service.name']),
    attributes: byName(record.attributes as readonly Attribute[]),
  }));
}

function byName(attributes: readonly Attribute[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

/** Returns the value of an attribute. JSON of protobuf writes 64-bit integers as strings, but our exporter does not. */
function readValue(value: Value): unknown {
  return value.intValue === undefined ? Object.values(value)[0] : Number(value.intValue);
}
