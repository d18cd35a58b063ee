import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ISTIO_METRICS, SERVICES_JOB } from '../../mesh/compile/promql/mesh-metrics.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { Service } from '../../mesh/graph/service.ts';
import { METRICS, type MetricDefinition } from '../../mesh/policy/metrics.ts';

type Labels = Readonly<Record<string, string>>;

/** Serves metrics as the services of a platform and their sidecars report them: every series that is declared. */
export class ShopMetrics {
  readonly #platform: Platform;
  readonly #server: Server;
  readonly #start = Date.now();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#server = createServer(({ url = '' }, response) => {
      const [, job = '', name = ''] = url.split('/');
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(this.#text(job, name));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Returns the scrape configuration of Prometheus for all services and sidecars. */
  scrapeConfigs(): readonly object[] {
    const { port } = this.#server.address() as AddressInfo;
    const { namespace, services } = this.#platform;
    return [SERVICES_JOB, 'weft-sidecars'].map((job) => ({
      job_name: job,
      static_configs: services.map(({ name }) => ({
        targets: [`127.0.0.1:${port}`],
        labels: {
          __metrics_path__: `/${job}/${name}`,
          namespace,
          service: name,
          version: 'v1',
          pod: `${name}-v1-0`,
        },
      })),
    }));
  }

  #text(job: string, name: string): string {
    const service = this.#platform.services.find((one) => one.name === name);
    if (!service) return '';
    const definitions: Readonly<Record<string, MetricDefinition>> =
      job === SERVICES_JOB ? METRICS : ISTIO_METRICS;
    const seconds = (Date.now() - this.#start) / 1_000;
    return Object.entries(definitions)
      .flatMap(([metric, definition]) => [
        `# TYPE ${metric} ${definition.type}`,
        ...seriesOf(service, metric).flatMap((labels) => samples(metric, definition, labels, seconds)),
      ])
      .join('\n')
      .concat('\n');
  }
}

/** Returns the labels of the series that a service reports of a metric. */
function seriesOf(service: Service, metric: string): readonly Labels[] {
  const { calls, topics } = service.platform as Platform;
  const statuses = ['OK', 'UNAVAILABLE'];
  const events = topics.map(({ name }) => ({ topic: name, group: 'notification', outcome: 'applied' }));
  switch (metric) {
    case 'http_server_request_duration_seconds':
      return (service.edge?.routes ?? []).flatMap(({ method, path }) =>
        ['200', '503'].map((status) => ({
          http_request_method: method,
          http_route: path,
          http_response_status_code: status,
        })),
      );
    case 'rpc_server_call_duration_seconds':
      return calls
        .filter(({ callee }) => callee === service)
        .flatMap(({ caller, paths }) =>
          paths.flatMap((path) =>
            statuses.map((status) => ({
              rpc_method: path.slice(1),
              rpc_status_code: status,
              weft_caller: caller.name,
            })),
          ),
        )
        .filter(unique);
    case 'rpc_client_call_duration_seconds':
    case 'weft_call_policy_total':
    case 'weft_call_in_flight':
      return service.outgoingCalls
        .flatMap(({ name, callee, paths }) =>
          statuses.map((status) => ({
            weft_call: name,
            weft_callee: callee.name,
            ...(metric.startsWith('rpc') && {
              rpc_method: paths[0]?.slice(1) ?? '',
              rpc_status_code: status,
            }),
            ...(metric.endsWith('total') && {
              weft_decision: status === 'OK' ? 'hedged' : 'retried',
              weft_detail: status,
              weft_policy_field: 'retries.on',
            }),
          })),
        )
        .filter(unique);
    case 'weft_order_transitions_total':
      return Object.keys(service.lifecycle?.states ?? {}).map((state) => ({ weft_order_state: state }));
    case 'istio_requests_total':
    case 'istio_request_duration_milliseconds':
      return service.outgoingCalls
        .map(({ callee }) => ({
          reporter: 'source',
          source_workload_namespace: service.platform.namespace,
          source_canonical_service: service.name,
          destination_service_name: callee.name,
          grpc_response_status: '0',
        }))
        .filter(unique);
    case 'db_client_connection_count':
      return ['idle', 'used'].map((state) => ({
        db_client_connection_pool_name: 'x',
        db_client_connection_state: state,
      }));
    default: {
      const labels = (METRICS as Readonly<Record<string, MetricDefinition>>)[metric]?.labels ?? [];
      if (!labels.includes('topic')) return [Object.fromEntries(labels.map((label) => [label, 'x']))];
      return events.map((event) =>
        Object.fromEntries(labels.map((label) => [label, event[label as 'topic']])),
      );
    }
  }
}

function samples(
  name: string,
  { type, bounds }: MetricDefinition,
  labels: Labels,
  seconds: number,
): readonly string[] {
  const line = (metric: string, more: Labels, value: number) => {
    const list = Object.entries({ ...labels, ...more }).map(([label, value]) => `${label}="${value}"`);
    return `${metric}{${list.join(',')}} ${value}`;
  };
  if (type !== 'histogram') return [line(name, {}, type === 'counter' ? seconds : 1 + (seconds % 5))];
  const all = bounds ?? [10, 100, 1_000];
  return [
    ...all.map((bound, index) =>
      line(`${name}_bucket`, { le: String(bound) }, (seconds * 10 * (index + 1)) / all.length),
    ),
    line(`${name}_bucket`, { le: '+Inf' }, seconds * 10),
    line(`${name}_sum`, {}, seconds),
    line(`${name}_count`, {}, seconds * 10),
  ];
}

function unique(labels: Labels, index: number, all: readonly Labels[]): boolean {
  return all.findIndex((other) => JSON.stringify(other) === JSON.stringify(labels)) === index;
}
