import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { METRICS_TYPE, type Metrics } from '../telemetry/metrics.ts';
import { healthListener } from './health-listener.ts';
import type { Readiness } from './readiness.ts';
import { type Rehearsal, TROUBLE } from './rehearsal.ts';

export interface Administered {
  readonly readiness: Pick<Readiness, 'problem'>;
  readonly metrics: Metrics;
  /** Undefined where nobody may make the process misbehave. */
  readonly rehearsal?: Rehearsal | undefined;
}

/**
 * Answers on the port that is for those who run a process: `/healthz` and `/readyz`; `/metrics` for Prometheus; and,
 * where it is allowed, `/rehearsal`, which takes a Trouble by PUT and tells by GET which keys calls had since.
 */
export function adminListener({ readiness, metrics, rehearsal }: Administered): RequestListener {
  return healthListener(readiness, (request, response) => {
    if (request.url === '/metrics') return send(response, 200, metrics.text(), METRICS_TYPE);
    if (request.url === '/rehearsal' && rehearsal) return void rehearse(rehearsal, request, response);
    send(response, 404, 'not found; there are /healthz, /readyz and /metrics\n');
  });
}

async function rehearse(
  rehearsal: Rehearsal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'PUT')
    return send(response, 200, JSON.stringify({ keys: rehearsal.keys }), 'application/json');
  try {
    rehearsal.set(TROUBLE.parse(await json(request)));
    send(response, 204, '');
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    send(response, 400, `no trouble can be read of the body: ${problem}\n`);
  }
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type }).end(text);
}
