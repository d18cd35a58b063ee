import type { Service } from '../../graph/service.ts';
import { isStreamRoute } from '../../policy/edge.ts';
import type { MetricName } from '../../policy/metrics.ts';
import { FAILURE_STATUSES } from '../../policy/service-level-objective.ts';
import { SERVICES_JOB } from './mesh-metrics.ts';
import { escapePattern, type LabelMatch, type Matchers, noneOf, oneOf } from './selector.ts';

/** The histogram in which a service counts the requests that it serves over one protocol. */
export interface ServedRequests {
  readonly protocol: 'HTTP' | 'gRPC';
  readonly metric: MetricName;
  /** Label of the route or method. */
  readonly operation: 'http_route' | 'rpc_method';
  /** Label of the status. */
  readonly status: 'http_response_status_code' | 'rpc_status_code';
  /** Matches all requests. */
  readonly all: Matchers;
  /** Matches requests that failed because of the service. */
  readonly failed: Matchers;
  /** Matches requests whose duration is up to the service: all but streams. */
  readonly timed: Matchers;
}

const HTTP_FAILURES: LabelMatch = { operator: '=~', value: '5..' };
export const GRPC_FAILURES: LabelMatch = oneOf(FAILURE_STATUSES);

/** Returns the labels that Prometheus adds to every metric of a service's pods. */
export function targetOf(service: Pick<Service, 'name' | 'platform'>): Matchers {
  return { namespace: service.platform.namespace, service: service.name };
}

/** Returns the labels of the metrics that sidecars report as well: `up` and `process_*`. */
export function processOf(service: Pick<Service, 'name' | 'platform'>): Matchers {
  return { ...targetOf(service), job: SERVICES_JOB };
}

/** Returns how a service counts its requests, by protocol; empty if it serves none. */
export function servedRequests(service: Service): readonly ServedRequests[] {
  return [...httpRequests(service), ...grpcRequests(service)];
}

function httpRequests(service: Service): readonly ServedRequests[] {
  if (!service.edge) return [];
  const streams = service.edge.routes.filter(isStreamRoute).map(({ path }) => routePattern(path));
  const all = targetOf(service);
  return [
    {
      protocol: 'HTTP',
      metric: 'http_server_request_duration_seconds',
      operation: 'http_route',
      status: 'http_response_status_code',
      all,
      failed: { ...all, http_response_status_code: HTTP_FAILURES },
      timed:
        streams.length === 0 ? all : { ...all, http_route: { operator: '!~', value: streams.join('|') } },
    },
  ];
}

function grpcRequests(service: Service): readonly ServedRequests[] {
  if (!service.serves) return [];
  const { fullName, methods } = service.serves;
  const streams = Object.values(methods)
    .filter(({ requestStream, responseStream }) => requestStream || responseStream)
    .map(({ name }) => `${fullName}/${name}`);
  const all = targetOf(service);
  return [
    {
      protocol: 'gRPC',
      metric: 'rpc_server_call_duration_seconds',
      operation: 'rpc_method',
      status: 'rpc_status_code',
      all,
      failed: { ...all, rpc_status_code: GRPC_FAILURES },
      timed: streams.length === 0 ? all : { ...all, rpc_method: noneOf(streams) },
    },
  ];
}

/** Returns a pattern of a route's template, however its parameters are written: `{id}` or `:id`. */
function routePattern(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '[^/]+' : escapePattern(segment)))
    .join('/');
}
