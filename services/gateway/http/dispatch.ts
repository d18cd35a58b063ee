import type { Request } from 'express';
import type { EdgeAccess } from '../../../mesh/policy/edge.ts';
import { abortOnShutdown } from '../../kit/edge/abort-on-shutdown.ts';
import type { Bearer } from '../../kit/edge/bearer.ts';
import { subscriberOf } from '../../kit/edge/client-address.ts';
import type { ExchangeResponse } from '../../kit/edge/exchange.ts';
import { readJson } from '../../kit/edge/json-body.ts';
import { readLines } from '../../kit/edge/line-body.ts';
import { parseQuery } from '../../kit/edge/query-string.ts';
import type { RateLimit } from '../../kit/edge/rate-limit.ts';
import type { BodyLimits } from '../../kit/edge/read-body.ts';
import { renameFields, writtenName } from '../../kit/edge/rename-fields.ts';
import { parameterNames } from '../../kit/edge/route-table.ts';
import { routeTimeoutMs } from '../../kit/edge/route-timeout.ts';
import type { TokenVerifier } from '../../kit/edge/token-verifier.ts';
import { parseWith } from '../../kit/edge/violations.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import type { HttpOperation, HttpRoute, Reply, ResponseDefinition } from './route.ts';
import { send } from './send.ts';

export interface DispatchOptions {
  readonly verifier: TokenVerifier;
  readonly rateLimit: RateLimit;
  readonly limits: BodyLimits;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds between the heartbeats of an event stream. */
  readonly heartbeatMs: number;
}

type ExchangeRequest = Request<Record<string, string>, unknown, unknown, unknown>;

/**
 * Handles a request of one route.
 * @param values the values of the route's path parameters, percent-encoded
 */
export type RouteHandler = (
  values: readonly string[],
  request: ExchangeRequest,
  response: ExchangeResponse,
) => Promise<void>;

/** Handles requests of one route: authenticates, limits the rate, authorizes, parses, and calls the handler. */
export function dispatch({ rule, operation }: HttpRoute, options: DispatchOptions): RouteHandler {
  const { access } = rule;
  const timeoutMs = routeTimeoutMs(rule);
  const names = parameterNames(rule);
  return async (values, request, response) => {
    const { exchange } = response.locals;
    exchange.route = rule.path;
    if (timeoutMs === Number.POSITIVE_INFINITY) abortOnShutdown(options.stopping, response);
    const anonymous = subscriberOf(exchange.client);
    const take = (client: string) => response.set(options.rateLimit.take(client, operation.cost));
    const bearer = await identify(request, access, options.verifier).catch((error) => {
      take(anonymous);
      throw error;
    });
    take(bearer?.subject ?? anonymous);
    if (typeof access === 'object' && bearer?.role !== access.role) throw serviceError('forbidden');
    const params = parseParams(operation, names, values);
    const query = parseWith(operation.query, parseQuery(request.url));
    const headers = parseWith(operation.headers, headersOf(operation, request));
    const body = await readBody({ rule, operation }, request, options.limits);
    const context = { ...exchange.context, deadline: Date.now() + timeoutMs };
    const reply = await handle(operation, { params, query, headers, body, bearer, context });
    await send(request, response, operation.answer, reply, options.heartbeatMs);
  };
}

/** Calls the handler. Errors of the callee get the field names of the client's request. */
async function handle(
  operation: HttpOperation,
  input: Parameters<HttpOperation['handle']>[0],
): Promise<Reply<ResponseDefinition>> {
  try {
    return await operation.handle(input);
  } catch (error) {
    throw renameFields(error, (field) => writtenName(field, operation.fields));
  }
}

async function identify(
  { headers: { authorization } }: ExchangeRequest,
  access: EdgeAccess,
  verifier: TokenVerifier,
): Promise<Bearer | undefined> {
  if (access !== 'public') return verifier.verify(authorization);
  return authorization === undefined ? undefined : verifier.verifyOptional(authorization);
}

/** Parses path parameters. Malformed ones name no resource. */
function parseParams(operation: HttpOperation, names: readonly string[], values: readonly string[]) {
  const decoded = names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]);
  const params = operation.params.safeParse(Object.fromEntries(decoded));
  if (!params.success) throw serviceError('not-found', { metadata: { what: 'resource at this path' } });
  return params.data;
}

function headersOf(operation: HttpOperation, request: ExchangeRequest): Readonly<Record<string, string>> {
  const names = Object.keys(operation.headers.shape);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function readBody({ rule, operation }: HttpRoute, request: ExchangeRequest, limits: BodyLimits) {
  const { body } = operation;
  if (!body || !rule.body) return undefined;
  if (body.kind === 'lines') return readLines(request, body.schema, rule.body, limits);
  return readJson(request, rule.body, limits).then((json) => parseWith(body.schema, json));
}
