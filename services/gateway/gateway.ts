import express, { type Express } from 'express';
import type { Edge } from '../../mesh/policy/edge.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { Metrics } from '../kit/telemetry/metrics.ts';
import { SigningKeys } from '../kit/edge/signing-keys.ts';
import { TokenVerifier } from '../kit/edge/token-verifier.ts';
import type { Clients } from './clients.ts';
import { docsPage } from './documentation/docs-page.ts';
import { openApi } from './documentation/openapi.ts';
import { dispatch } from './http/dispatch.ts';
import { exchanges } from '../kit/edge/exchange.ts';
import { expressPath } from '../kit/edge/express-path.ts';
import { RateLimit } from './http/rate-limit.ts';
import { answerProblem, refuseMethod, refusePath } from './http/refuse.ts';
import type { HttpRoute } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import { limitUnreadBody } from '../kit/edge/unread-body.ts';
import { type AuthorizedRoute, authorizeRoutes, sortByPrecedence } from './route-authorization.ts';
import { accountRoutes } from './routes/account-routes.ts';
import { documentationRoutes } from './routes/documentation-routes.ts';
import { notificationRoutes } from './routes/notification-routes.ts';
import { orderRoutes } from './routes/order-routes.ts';
import { productRoutes } from './routes/product-routes.ts';
import { quoteRoutes } from './routes/quote-routes.ts';
import type { GatewaySettings } from './settings.ts';

/**
 * Timeout of the call for signing keys. All requests with a token wait for its response. If the layer `mesh` enforces
 * the call, this is its only timeout in this process.
 */
const KEYS_TIMEOUT_MS = 5_000;

export interface GatewayOptions {
  readonly edge: Edge;
  readonly clients: Clients;
  readonly settings: GatewaySettings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Aborts when the process stops, which ends open streams. */
  readonly stopping: AbortSignal;
}

/**
 * Returns the HTTP edge of the shop.
 * @throws Error when its routes differ from those of the graph
 */
export function gateway({ edge, clients, settings, log, metrics, stopping }: GatewayOptions): Express {
  const keys = new SigningKeys({
    fetch: async () =>
      JSON.parse((await clients.user.getSigningKeys({}, { timeoutMs: KEYS_TIMEOUT_MS })).jwksJson),
  });
  const rateLimit = new RateLimit({
    perSecond: settings.WEFT_RATE_LIMIT,
    burst: settings.WEFT_RATE_LIMIT_BURST,
  });
  const options = {
    verifier: new TokenVerifier(keys, edge.token),
    rateLimit,
    limits: {
      bytes: settings.WEFT_BODY_LIMIT,
      lineBytes: settings.WEFT_LINE_LIMIT,
      timeoutMs: settings.WEFT_BODY_TIMEOUT,
    },
    stopping,
    heartbeatMs: settings.WEFT_HEARTBEAT,
  };
  const authorized = authorizeRoutes(
    [
      ...accountRoutes(clients),
      ...productRoutes(clients),
      ...orderRoutes(clients),
      ...quoteRoutes(clients),
      ...notificationRoutes(clients),
      ...documentationRoutes(keys, edge.token.jwksPath, () => ({ openApi: description, page })),
    ],
    edge.routes,
  );
  const description = openApi(authorized);
  const page = docsPage(description);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // The mesh compares paths exactly: `/v1/Orders` and `/v1/orders/` differ from `/v1/orders`.
  app.enable('case sensitive routing');
  app.enable('strict routing');
  // parseQuery parses queries strictly.
  app.set('query parser', false);
  app.use(exchanges(log, metrics, settings.WEFT_PROXY_HOPS), limitUnreadBody, securityHeaders);
  const ordered = sortByPrecedence(authorized, edge.routes);
  for (const { route, access } of ordered) {
    app[verb(route)](expressPath(route.path), dispatch(route, access, options));
  }
  for (const [path, methods] of methodsByPath(ordered)) {
    app.all(expressPath(path), refuseMethod(methods, rateLimit));
  }
  app.use(refusePath(rateLimit));
  app.use(answerProblem);
  return app;
}

function verb({ method }: HttpRoute): 'get' | 'post' | 'put' | 'delete' {
  return method.toLowerCase() as Lowercase<typeof method>;
}

/** Returns the methods of each path, in the order of the paths' first routes. */
function methodsByPath(
  ordered: readonly AuthorizedRoute[],
): readonly (readonly [string, readonly string[]])[] {
  const groups = Map.groupBy(ordered, ({ route }) => route.path);
  return [...groups].map(([path, routes]) => [path, routes.map(({ route }) => route.method)] as const);
}
