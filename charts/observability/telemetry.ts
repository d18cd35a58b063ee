import { Telemetry } from '../../imports/telemetry.istio.io.ts';
import { INGRESS_GATEWAY } from '../../mesh/compile/peers/control-plane.ts';
import { TRACE_PROVIDER } from '../../mesh/compile/peers/telemetry-peers.ts';
import type { Stack } from './stack.ts';

/**
 * Adds the Telemetry of the ingress gateway and of the stack. The gateway decides which requests are traced, and its
 * span is the root of their traces. The Telemetry of the platform configures the sidecars of services.
 */
export function addTelemetry({ chart, parts, platform }: Stack): void {
  // Sidecars of the stack would otherwise report a trace for each export and each query.
  new Telemetry(chart, 'telemetry', {
    metadata: { name: 'default' },
    spec: { tracing: [{ disableSpanReporting: true }] },
  });
  if (!parts.has('collector')) return;
  new Telemetry(chart, 'ingress-telemetry', {
    metadata: { name: 'ingress-gateway', namespace: INGRESS_GATEWAY.namespace },
    spec: {
      selector: { matchLabels: INGRESS_GATEWAY.labels },
      accessLogging: [{ providers: [{ name: 'envoy' }] }],
      tracing: [
        {
          providers: [{ name: TRACE_PROVIDER }],
          randomSamplingPercentage: platform.environment.traceSamplingPercent,
        },
      ],
    },
  });
}
