import express, { type Express } from 'express';
import type { Edge } from '../../mesh/policy/edge.ts';
import { answerAuthorization } from '../kit/edge/answer-authorization.ts';
import { exchanges } from '../kit/edge/exchange.ts';
import { normalizePaths } from '../kit/edge/normalize-path.ts';
import { RateLimit } from '../kit/edge/rate-limit.ts';
import { SigningKeys } from '../kit/edge/signing-keys.ts';
import { TokenVerifier } from '../kit/edge/token-verifier.ts';
import { limitUnreadBody } from '../kit/edge/unread-body.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { Metrics } from '../kit/telemetry/metrics.ts';
import { bindRoutes } from './bind-routes.ts';
import type { Clients } from './clients.ts';
import { docsPage } from './documentation/docs-page.ts';
import { openApi } from './documentation/openapi.ts';
import { answerProblem } from './http/refuse.ts';
import type { HttpOperations, HttpRoute } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import { serveRoutes } from './http/serve-routes.ts';
import { accountOperations } from './operations/account-operations.ts';
import { documentationOperations } from './operations/documentation-operations.ts';
import { notificationOperations } from './operations/notification-operations.ts';
import { orderOperations } from './operations/order-operations.ts';
import { productOperations } from './operations/product-operations.ts';
import { quoteOperations } from './operations/quote-operations.ts';
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
  const verifier = new TokenVerifier(keys, edge.token);
  const options = {
    verifier,
    rateLimit,
    limits: {
      lineBytes: settings.WEFT_LINE_LIMIT,
      timeoutMs: settings.WEFT_BODY_TIMEOUT,
    },
    stopping,
    heartbeatMs: settings.WEFT_HEARTBEAT,
  };
  const operations: HttpOperations = {
    ...accountOperations(clients),
    ...productOperations(clients),
    ...orderOperations(clients),
    ...quoteOperations(clients),
    ...notificationOperations(clients),
    ...documentationOperations(keys, () => ({ openApi: description, page })),
  };
  const routes = bindRoutes(operations, edge.routes);
  const description = openApi(sortByOperation(routes, operations));
  const page = docsPage(description);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // parseQuery parses queries strictly.
  app.set('query parser', false);
  // First, so that such a request is neither logged nor counted: it is part of a client's request.
  app.use(answerAuthorization(verifier));
  app.use(
    normalizePaths,
    exchanges(log, metrics, settings.WEFT_PROXY_HOPS),
    limitUnreadBody,
    securityHeaders,
  );
  app.use(serveRoutes(routes, options));
  app.use(answerProblem);
  return app;
}

/** Returns routes in the order in which the operations are written, for the documentation. */
function sortByOperation(routes: readonly HttpRoute[], operations: HttpOperations): readonly HttpRoute[] {
  const names = Object.keys(operations);
  return routes.toSorted((a, b) => names.indexOf(a.rule.handler) - names.indexOf(b.rule.handler));
}
