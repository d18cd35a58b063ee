import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { chooseMetricFormat } from '../telemetry/metric-format.ts';
import { formatMetrics, METRIC_MEDIA_TYPES } from '../telemetry/metric-text.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { FAULT_INJECTION, type FaultInjector } from './fault-injector.ts';
import { healthListener } from './health-listener.ts';
import type { Readiness } from './readiness.ts';

export interface AdminSource {
  readonly readiness: Pick<Readiness, 'problem'>;
  readonly metrics: Metrics;
  /** Undefined where fault injection is refused. */
  readonly faultInjector?: FaultInjector | undefined;
}

/**
 * Returns the listener of the admin port: `/healthz`, `/readyz`, `/metrics` in the format of Prometheus or OpenMetrics
 * and, where fault injection is allowed, `/faults`. PUT `/faults` replaces the InjectedFault; GET returns the number of
 * calls by key.
 */
export function adminListener({ readiness, metrics, faultInjector }: AdminSource): RequestListener {
  return healthListener(readiness, (request, response) => {
    if (request.url === '/metrics') {
      const format = chooseMetricFormat(request.headers.accept);
      return send(response, 200, formatMetrics(metrics, format), METRIC_MEDIA_TYPES[format]);
    }
    if (request.url === '/faults' && faultInjector) return void serveFaults(faultInjector, request, response);
    send(response, 404, 'not found; there are /healthz, /readyz and /metrics\n');
  });
}

async function serveFaults(
  faultInjector: FaultInjector,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'PUT')
    return send(response, 200, JSON.stringify({ keys: faultInjector.callsByKey }), 'application/json');
  try {
    faultInjector.inject(FAULT_INJECTION.parse(await json(request)));
    send(response, 204, '');
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    send(response, 400, `the body is not a fault: ${problem}\n`);
  }
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type }).end(text);
}
