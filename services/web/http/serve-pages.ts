import type { BoundHandler } from '../../kit/edge/bind-handlers.ts';
import { subscriberOf } from '../../kit/edge/client-address.ts';
import type { ExchangeHandler } from '../../kit/edge/exchange.ts';
import { RouteTable, routeOf } from '../../kit/edge/route-table.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import { dispatchPage, type PageDispatchOptions } from './dispatch-page.ts';
import type { PageHandler } from './page-handler.ts';

/**
 * Serves each request by the page that the graph declares for its path and method. The mesh compares paths in the same
 * way: `/Cart` and `/cart/` differ from `/cart`.
 */
export function servePages(
  pages: readonly BoundHandler<PageHandler>[],
  options: PageDispatchOptions,
): ExchangeHandler {
  const table = new RouteTable(pages.map((page) => ({ ...page, handle: dispatchPage(page, options) })));
  return (request, response) => {
    const { method, path } = request;
    const match = table.find(path);
    const page = match && routeOf(match.entry, method);
    if (page) return page.handle(match.values, request, response);
    options.rateLimit.take(subscriberOf(response.locals.exchange.client));
    if (!match) throw serviceError('not-found', { metadata: { what: 'page at this address' } });
    const { allow } = match.entry;
    response.setHeader('allow', allow);
    if (method !== 'OPTIONS')
      throw serviceError('method-not-allowed', { metadata: { method, allowed: allow } });
    response.writeHead(204).end();
    return undefined;
  };
}
