import { once } from 'node:events';
import { Client } from 'undici';
import type { DeclaredGraph } from '../../../../mesh/policy/declared-graph.ts';
import { SeededRandom } from '../../chaos/seeded-random.ts';
import { type OtlpRequest, ServiceExporter } from './service-exporter.ts';
import { TraceGenerator } from './trace-generator.ts';

/** Message to the process. */
export interface ReplayOptions {
  /** URL like `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly graph: DeclaredGraph;
  readonly spansPerSecond: number;
  readonly seed: number;
}

/** Each service exports its records once in this time, at a time of its own. */
const EXPORT_INTERVAL_MS = 1_000;
const METRIC_INTERVAL_MS = 10_000;
const TICK_MS = 20;
/** A process that was stalled for longer does not catch up, because a burst is another load. */
const MAX_CATCH_UP_MS = 1_000;

/*
 * Process that sends generated telemetry to a dashboard, as the exporters of many services do: each has its own connection
 * and sends a batch per second. It exits with an error if the dashboard refuses a request.
 */
const [options] = (await once(process, 'message')) as [ReplayOptions];
const { url, graph, spansPerSecond, seed } = options;
const traces = new TraceGenerator(graph, new SeededRandom(seed, 1));
const services = graph.services.map(({ name }) => ({
  exporter: new ServiceExporter(name),
  client: new Client(url),
}));
const exporters = new Map(graph.services.map(({ name }, index) => [name, services[index]?.exporter]));
process.on('disconnect', () => process.exit());

let ticks = 0;
let due = 0;
let latest = performance.now();
setInterval(() => {
  const now = performance.now();
  due += (Math.min(now - latest, MAX_CATCH_UP_MS) * spansPerSecond) / 1_000;
  latest = now;
  while (due > 0) due -= addTrace();
  exportTurn(EXPORT_INTERVAL_MS, ({ exporter }) => exporter.takeRecords());
  exportTurn(METRIC_INTERVAL_MS, ({ exporter }) => [exporter.metrics(Date.now() * 1_000)]);
  ticks++;
}, TICK_MS);

/** Adds a trace that ends now. @returns its number of spans */
function addTrace(): number {
  const { traceId, spans, durationUs } = traces.next();
  const offset = Date.now() * 1_000 - durationUs;
  for (const span of spans) exporters.get(span.service)?.add(traceId, span, offset);
  return spans.length;
}

type Exporting = (typeof services)[number];

/** Sends the requests of the services whose turn it is within an interval. */
function exportTurn(intervalMs: number, take: (service: Exporting) => readonly OtlpRequest[]): void {
  const turns = intervalMs / TICK_MS;
  for (let index = ticks % turns; index < services.length; index += turns) {
    const service = services[index];
    if (service) for (const request of take(service)) void send(service.client, request);
  }
}

/** Sends a request, and again if the server closes the idle connection at the same time, as an exporter does. */
async function send(client: Client, { path, body }: OtlpRequest): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const post = () => client.request({ method: 'POST', path, headers, body });
  const response = await post().catch(post);
  const text = await response.body.text();
  if (response.statusCode !== 200 || text !== '{}')
    throw new Error(`POST ${path} was answered with ${response.statusCode} ${text}; expected 200 {}`);
}
