import { Telemetry } from '../../../imports/telemetry.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import { TRACE_PROVIDER, traceCollector } from '../peers/telemetry-peers.ts';

/** Adds the Telemetry of a platform: an access log of all requests, and traces of a sample. */
export function addTelemetry(platform: Platform): void {
  const { environment } = platform;
  new Telemetry(platform, 'telemetry', {
    metadata: { name: 'default' },
    spec: {
      accessLogging: [{ providers: [{ name: 'envoy' }] }],
      tracing: [
        {
          ...(traceCollector(environment) && { providers: [{ name: TRACE_PROVIDER }] }),
          randomSamplingPercentage: environment.traceSamplingPercent,
        },
      ],
    },
  });
}
