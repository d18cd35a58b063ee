import type { RequestListener } from 'node:http';
import type { Readiness } from './readiness.ts';

/**
 * Returns a listener that serves `/healthz` and `/readyz`. `/healthz` succeeds while the process is alive. It ignores
 * dependencies, because a restart would not repair them. `/readyz` responds 503 with the reason while the process
 * accepts no requests.
 * @param fallback serves all other paths. @default responds 404
 */
export function healthListener(
  readiness: Pick<Readiness, 'problem'>,
  fallback: RequestListener = respondNotFound,
): RequestListener {
  return (request, response) => {
    switch (request.url) {
      case '/healthz':
        return respond(response, 200, 'alive');
      case '/readyz':
        return readiness.problem === undefined
          ? respond(response, 200, 'ready')
          : respond(response, 503, `not ready: ${readiness.problem}`);
      default:
        return fallback(request, response);
    }
  };
}

const respondNotFound: RequestListener = (_, response) =>
  respond(response, 404, 'not found; there are /healthz and /readyz');

function respond(response: Parameters<RequestListener>[1], code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
