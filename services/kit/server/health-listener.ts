import type { RequestListener } from 'node:http';
import type { Readiness } from './readiness.ts';

/**
 * Answers `/healthz`: the process is alive, whatever its dependencies do, so that a restart is not asked for in vain;
 * and `/readyz`: it takes requests now, or 503 with the reason why not.
 * @param otherwise answers all other paths. @default they are not found
 */
export function healthListener(
  readiness: Pick<Readiness, 'problem'>,
  otherwise: RequestListener = notFound,
): RequestListener {
  return (request, response) => {
    switch (request.url) {
      case '/healthz':
        return answer(response, 200, 'alive');
      case '/readyz':
        return readiness.problem === undefined
          ? answer(response, 200, 'ready')
          : answer(response, 503, `not ready: ${readiness.problem}`);
      default:
        return otherwise(request, response);
    }
  };
}

const notFound: RequestListener = (_, response) =>
  answer(response, 404, 'not found; there are /healthz and /readyz');

function answer(response: Parameters<RequestListener>[1], code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
