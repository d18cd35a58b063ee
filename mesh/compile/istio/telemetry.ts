import { Telemetry } from '../../../imports/telemetry.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';

/** An access log line for each request, and a trace for a share of them. */
export function telemetry(platform: Platform): void {
  new Telemetry(platform, 'telemetry', {
    metadata: { name: 'default' },
    spec: {
      accessLogging: [{ providers: [{ name: 'envoy' }] }],
      tracing: [{ randomSamplingPercentage: platform.environment.tracePercent }],
    },
  });
}
