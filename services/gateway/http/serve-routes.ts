import { subscriberOf } from '../../kit/edge/client-address.ts';
import type { ExchangeHandler, ExchangeResponse } from '../../kit/edge/exchange.ts';
import { RouteTable, routeOf } from '../../kit/edge/route-table.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import { type DispatchOptions, dispatch } from './dispatch.ts';
import type { HttpRoute } from './route.ts';

/**
 * Serves each request by the route that the graph declares for its path and method. Answers OPTIONS, an unknown path and
 * a method that the path does not allow. It replaces the router of Express, which tries every route in turn.
 */
export function serveRoutes(routes: readonly HttpRoute[], options: DispatchOptions): ExchangeHandler {
  const table = new RouteTable(routes.map((route) => ({ ...route, handle: dispatch(route, options) })));
  const takeAnonymous = ({ locals }: ExchangeResponse) =>
    options.rateLimit.take(subscriberOf(locals.exchange.client));
  return (request, response) => {
    const { method, path } = request;
    const match = table.find(path);
    const route = match && routeOf(match.entry, method);
    if (route) return route.handle(match.values, request, response);
    takeAnonymous(response);
    if (!match) throw serviceError('not-found', { metadata: { what: 'resource at this path' } });
    const { allow } = match.entry;
    if (method !== 'OPTIONS')
      throw serviceError('method-not-allowed', { metadata: { method, allowed: allow } });
    response.writeHead(204, { allow }).end();
    return undefined;
  };
}
