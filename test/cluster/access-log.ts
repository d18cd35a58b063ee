import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import type { ContainerPlace } from './pods.ts';

/** A line of a sidecar's access log, which Envoy writes when a request or connection ends. */
export interface AccessLogLine {
  readonly method: string;
  readonly path: string;
  /** HTTP status; `0` when there was none. */
  readonly status: string;
  /** Response flags, which explain why the proxy itself ended it: `UO`, `NR`, `UH`, `DI`; `-` otherwise. */
  readonly flags: string;
  /** Response code details: `via_upstream`, `rbac_access_denied_matched_policy[none]`, `jwt_authn_access_denied{...}`. */
  readonly details: string;
  /** Why the proxy closed the connection. */
  readonly termination: string;
  readonly agent: string;
  readonly authority: string;
  /** Upstream cluster: `BlackHoleCluster`, `outbound|50051||product...`. */
  readonly cluster: string;
  /** Address that the client connected to. */
  readonly localAddress: string;
  /** Address of the client. */
  readonly remoteAddress: string;
}

/**
 * Istio's default format, with each field once.
 * @see https://istio.io/latest/docs/tasks/observability/logs/access-log/#default-access-log-format
 */
const LINE =
  /^\[[^\]]+\] "(\S+) (\S+) \S+" (\d+) (\S+) (\S+) (\S+) "[^"]*" \d+ \d+ \S+ \S+ "[^"]*" "([^"]*)" "[^"]*" "([^"]*)" "[^"]*" (\S+) \S+ (\S+) (\S+) \S+ \S+$/;

/** Returns the access log of a pod's sidecar since `since`. Envoy flushes it every second with Istio's settings. */
export async function accessLog({ pod, namespace }: Omit<ContainerPlace, 'container'>, since: Date) {
  const words = ['logs', pod, `--namespace=${namespace}`, '--container=istio-proxy'];
  const text = await kubectl([...words, `--since-time=${since.toISOString()}`]);
  return text.split('\n').flatMap(parseLine);
}

export function parseLine(line: string): readonly AccessLogLine[] {
  const parts = LINE.exec(line);
  if (!parts) return [];
  const [, method, path, status, flags, details, termination, agent, authority, cluster, local, remote] =
    parts as unknown as readonly string[];
  return [
    {
      method,
      path,
      status,
      flags,
      details,
      termination,
      agent,
      authority,
      cluster,
      localAddress: local,
      remoteAddress: remote,
    } as AccessLogLine,
  ];
}
