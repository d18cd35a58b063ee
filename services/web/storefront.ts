import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import type { Edge } from '../../mesh/policy/edge.ts';
import { bindHandlers } from '../kit/edge/bind-handlers.ts';
import { exchanges, type HttpExchange } from '../kit/edge/exchange.ts';
import { normalizePaths } from '../kit/edge/normalize-path.ts';
import { RateLimit } from '../kit/edge/rate-limit.ts';
import { SigningKeys } from '../kit/edge/signing-keys.ts';
import { TokenVerifier } from '../kit/edge/token-verifier.ts';
import { limitUnreadBody } from '../kit/edge/unread-body.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { Metrics } from '../kit/telemetry/metrics.ts';
import type { Assets } from './assets/load-assets.ts';
import type { Carts } from './carts/carts.ts';
import type { StorefrontClients } from './clients.ts';
import { errorAnswer } from './http/error-answer.ts';
import { pageHeaders } from './http/page-headers.ts';
import { sendAnswer } from './http/send-answer.ts';
import { servePages } from './http/serve-pages.ts';
import { anonymousVisitor } from './http/visitors.ts';
import { pageHandlers } from './pages/page-handlers.ts';
import type { StorefrontSettings } from './settings.ts';
import { pageFrame } from './views/page-frame.ts';

/** Timeout of the call for signing keys. All requests with a session wait for its response. */
const KEYS_TIMEOUT_MS = 5_000;

export interface StorefrontOptions {
  readonly edge: Edge;
  readonly clients: StorefrontClients;
  readonly carts: Carts;
  readonly assets: Assets;
  readonly settings: StorefrontSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Aborts when the process stops, which ends open streams. */
  readonly stopping: AbortSignal;
}

/**
 * Returns the storefront: the pages of the shop, rendered by the server.
 * @throws Error when its pages differ from the routes of the graph
 */
export function storefront(options: StorefrontOptions): Express {
  const { edge, clients, carts, assets, settings, log, metrics, stopping } = options;
  const hops = settings.WEFT_PROXY_HOPS;
  const keys = new SigningKeys({
    fetch: async () =>
      JSON.parse((await clients.user.getSigningKeys({}, { timeoutMs: KEYS_TIMEOUT_MS })).jwksJson),
  });
  const rateLimit = new RateLimit({
    perSecond: settings.WEFT_RATE_LIMIT,
    burst: settings.WEFT_RATE_LIMIT_BURST,
  });
  const frame = pageFrame(assets);
  const limits = { lineBytes: settings.WEFT_LINE_LIMIT, timeoutMs: settings.WEFT_BODY_TIMEOUT };
  const dispatching = {
    verifier: new TokenVerifier(keys, edge.token),
    rateLimit,
    carts,
    frame,
    limits,
    hops,
    stopping,
    heartbeatMs: settings.WEFT_HEARTBEAT,
  };
  const handlers = pageHandlers({
    clients,
    carts,
    assets,
    frame,
    limits,
    cartIntervalMs: settings.WEFT_CART_INTERVAL,
  });
  const routes = bindHandlers(edge.routes, { service: 'web', noun: 'page', handlers });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // parseQuery parses queries strictly.
  app.set('query parser', false);
  app.use(normalizePaths, exchanges(log, metrics, hops), limitUnreadBody, pageHeaders(hops));
  app.use(servePages(routes, dispatching));
  app.use(
    answerErrors((error, request, { context }) =>
      errorAnswer(error, context, anonymousVisitor(request, hops), frame),
    ),
  );
  return app;
}

type AnyRequest = Request<Record<string, string>, unknown, unknown, unknown>;

/** Returns the middleware that sends errors outside of a page as pages. */
function answerErrors(
  describe: (error: unknown, request: AnyRequest, exchange: HttpExchange) => ReturnType<typeof errorAnswer>,
): ErrorRequestHandler<Record<string, string>, unknown, unknown, unknown, { exchange: HttpExchange }> {
  return async (thrown, request, response, _next) => {
    const { exchange } = response.locals;
    if (response.headersSent || exchange.context.signal.aborted) {
      response.destroy();
      return;
    }
    await sendAnswer(request, response, describe(thrown, request, exchange), { cookies: [], heartbeatMs: 0 });
  };
}
