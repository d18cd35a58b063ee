import type { Request } from 'express';
import { abortOnShutdown } from '../../kit/edge/abort-on-shutdown.ts';
import type { BoundHandler } from '../../kit/edge/bind-handlers.ts';
import { subscriberOf } from '../../kit/edge/client-address.ts';
import type { ExchangeResponse } from '../../kit/edge/exchange.ts';
import { parseQuery } from '../../kit/edge/query-string.ts';
import type { RateLimit } from '../../kit/edge/rate-limit.ts';
import type { BodyLimits } from '../../kit/edge/read-body.ts';
import { parameterNames } from '../../kit/edge/route-table.ts';
import { routeTimeoutMs } from '../../kit/edge/route-timeout.ts';
import type { TokenVerifier } from '../../kit/edge/token-verifier.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import type { Carts } from '../carts/carts.ts';
import type { PageFrame } from '../views/page-frame.ts';
import { SESSION_COOKIE, setCookie } from './cookies.ts';
import { errorAnswer } from './error-answer.ts';
import { readForm } from './form-body.ts';
import { type PageAnswer, redirectTo } from './page-answer.ts';
import type { PageHandler } from './page-handler.ts';
import { signInPath } from './return-path.ts';
import { refuseOtherOrigins } from './same-origin.ts';
import { sendAnswer } from './send-answer.ts';
import type { Visit, Visitor } from './visit.ts';
import { anonymousVisitor, cartIdOf, countUnits, readSession } from './visitors.ts';

export interface PageDispatchOptions {
  readonly verifier: TokenVerifier;
  readonly rateLimit: RateLimit;
  readonly carts: Carts;
  readonly frame: PageFrame;
  readonly limits: BodyLimits;
  /** Number of trusted proxies. */
  readonly hops: number;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds between the heartbeats of an event stream. */
  readonly heartbeatMs: number;
}

type PageHttpRequest = Request<Record<string, string>, unknown, unknown, unknown>;

/**
 * Handles a request of one page.
 * @param values the values of the path parameters, percent-encoded
 */
export type PageDispatcher = (
  values: readonly string[],
  request: PageHttpRequest,
  response: ExchangeResponse,
) => Promise<void>;

/**
 * Handles requests of one route: limits the rate, refuses forms of other sites, verifies the session, parses, and calls
 * the handler. Errors are pages too.
 */
export function dispatchPage(bound: BoundHandler<PageHandler>, options: PageDispatchOptions): PageDispatcher {
  const { rule, handler } = bound;
  const timeoutMs = routeTimeoutMs(rule);
  const names = parameterNames(rule);
  return async (values, request, response) => {
    const { exchange } = response.locals;
    exchange.route = rule.path;
    if (timeoutMs === Number.POSITIVE_INFINITY) abortOnShutdown(options.stopping, response);
    let visitor = anonymousVisitor(request, options.hops);
    const cookies: string[] = [];
    let answer: PageAnswer;
    try {
      response.set(options.rateLimit.take(subscriberOf(exchange.client), handler.cost));
      if (rule.method !== 'GET') refuseOtherOrigins(request);
      const session = await sessionOf(request, handler, options.verifier);
      if (session.isInvalid) cookies.push(setCookie(SESSION_COOKIE, '', 0, visitor.isSecure));
      const cartId = cartIdOf(request);
      const cartUnits = handler.isResource ? 0 : await countUnits(options.carts, cartId);
      visitor = { ...visitor, bearer: session.bearer, cartId, cartUnits };
      const context = { ...exchange.context, deadline: Date.now() + timeoutMs };
      const opened = { ...visitor, params: paramsOf(names, values), context };
      answer =
        signInAnswer(bound, visitor, request) ?? (await handle(bound, opened, request, options.limits));
    } catch (error) {
      answer = errorAnswer(error, exchange.context, visitor, options.frame);
    }
    await sendAnswer(request, response, answer, { cookies, heartbeatMs: options.heartbeatMs }).catch(
      (error) => {
        // An event stream that fails before its first event.
        if (response.headersSent || exchange.context.signal.aborted) throw error;
        const page = errorAnswer(error, exchange.context, visitor, options.frame);
        return sendAnswer(request, response, page, { cookies, heartbeatMs: options.heartbeatMs });
      },
    );
  };
}

/** Verifies the session. If the keys are unavailable, everyone may still see the public pages. */
async function sessionOf(request: PageHttpRequest, { access }: PageHandler, verifier: TokenVerifier) {
  return readSession(request, verifier).catch((error) => {
    if (access !== 'everyone') throw error;
    return { bearer: undefined, isInvalid: false };
  });
}

/** Returns the redirect to the sign-in page, if the page needs an account. @throws ServiceError `forbidden` */
function signInAnswer(
  { rule, handler }: BoundHandler<PageHandler>,
  { bearer }: Visitor,
  request: PageHttpRequest,
): PageAnswer | undefined {
  if (handler.access === 'everyone') return undefined;
  if (!bearer)
    return redirectTo(signInPath(rule.method === 'GET' ? request.url : (handler.returnPath ?? '/')));
  if (handler.access === 'admin' && bearer.role !== 'admin') throw serviceError('forbidden');
  return undefined;
}

async function handle(
  { rule, handler }: BoundHandler<PageHandler>,
  opened: Visitor & Pick<Visit, 'params' | 'context'>,
  request: PageHttpRequest,
  limits: BodyLimits,
): Promise<PageAnswer> {
  const isForm = rule.body && rule.body.maxBytes !== 'unlimited';
  const visit: Visit = {
    ...opened,
    rule,
    request,
    query: parseQuery(request.url),
    form: isForm && rule.body ? await readForm(request, rule.body, limits) : {},
  };
  return handler.answer(visit);
}

/** Returns the values of path parameters by their names. @throws URIError for malformed percent-encoding */
function paramsOf(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]));
}
