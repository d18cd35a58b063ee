import type { RequestListener } from 'node:http';

/**
 * The admin port. `/healthz`: the process is alive, whatever its dependencies do, so that a restart is not asked for
 * in vain. `/readyz`: it takes requests now.
 */
export function adminListener(isReady: () => boolean): RequestListener {
  return (request, response) => {
    const answer = (code: number, text: string) =>
      response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
    switch (request.url) {
      case '/healthz':
        return answer(200, 'alive');
      case '/readyz':
        return isReady() ? answer(200, 'ready') : answer(503, 'not ready');
      default:
        return answer(404, 'not found; there are /healthz and /readyz');
    }
  };
}
