import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import type { Place } from './pods.ts';

/** A line of a sidecar's access log: what Envoy says of a request or a connection when it is over. */
export interface Logged {
  readonly method: string;
  readonly path: string;
  /** HTTP status; `0` when there was none. */
  readonly status: string;
  /** Why the proxy itself ended it: `UO`, `NR`, `UH`, `DI`; `-` when it did not. */
  readonly flags: string;
  /** What gave the answer: `via_upstream`, `rbac_access_denied_matched_policy[none]`, `jwt_authn_access_denied{...}`. */
  readonly details: string;
  /** Why the proxy closed the connection. */
  readonly termination: string;
  readonly agent: string;
  readonly authority: string;
  /** Where it went, or would have gone: `BlackHoleCluster`, `outbound|50051||product...`. */
  readonly cluster: string;
  /** Address that was asked for. */
  readonly local: string;
  /** Address of who asked. */
  readonly remote: string;
}

/**
 * Istio's default format, with each field once.
 * @see https://istio.io/latest/docs/tasks/observability/logs/access-log/#default-access-log-format
 */
const LINE =
  /^\[[^\]]+\] "(\S+) (\S+) \S+" (\d+) (\S+) (\S+) (\S+) "[^"]*" \d+ \d+ \S+ \S+ "[^"]*" "([^"]*)" "[^"]*" "([^"]*)" "[^"]*" (\S+) \S+ (\S+) (\S+) \S+ \S+$/;

/** What the sidecar of a pod logged since `since`. Envoy writes it some time later, a second by Istio's settings. */
export async function accessLog({ pod, namespace }: Omit<Place, 'container'>, since: Date) {
  const words = ['logs', pod, `--namespace=${namespace}`, '--container=istio-proxy'];
  const text = await kubectl([...words, `--since-time=${since.toISOString()}`]);
  return text.split('\n').flatMap(parseLine);
}

export function parseLine(line: string): readonly Logged[] {
  const parts = LINE.exec(line);
  if (!parts) return [];
  const [, method, path, status, flags, details, termination, agent, authority, cluster, local, remote] =
    parts as unknown as readonly string[];
  return [
    { method, path, status, flags, details, termination, agent, authority, cluster, local, remote } as Logged,
  ];
}
