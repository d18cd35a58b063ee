import type { Environment } from '../../graph/environment.ts';
import type { TelemetryPeer } from '../../graph/external-peers.ts';

/** Ports of OTLP over gRPC and over HTTP (https://opentelemetry.io/docs/specs/otlp/). */
const OTLP_PORTS = [4_317, 4_318] as const;

/** Name of the tracing provider in Istio's mesh configuration. */
export const TRACE_PROVIDER = 'weft-traces';

/** Returns the ports of a collector. */
export function telemetryPorts({ ports = OTLP_PORTS }: TelemetryPeer): readonly number[] {
  return ports;
}

/** Returns the DNS name of a collector's Service. */
export function telemetryHost({ service, namespace }: TelemetryPeer): string {
  return `${service}.${namespace}.svc.cluster.local`;
}

/** Returns the collector that sidecars send traces to, which is the first one. Undefined if there is none. */
export function traceCollector({ telemetry = [] }: Environment) {
  const [first] = telemetry;
  const port = first && telemetryPorts(first)[0];
  return first && port !== undefined ? { host: telemetryHost(first), port } : undefined;
}

/**
 * Returns the URL of the collector that processes export to by OTLP over HTTP: the first one that receives from them, at
 * its last port. Undefined if there is none.
 */
export function processCollector({ telemetry = [] }: Environment): string | undefined {
  const peer = telemetry.find(({ receivesFromProcesses = true }) => receivesFromProcesses);
  return peer && `http://${telemetryHost(peer)}:${telemetryPorts(peer).at(-1)}`;
}
