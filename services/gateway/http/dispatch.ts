import type { Request } from 'express';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import type { Bearer } from '../../kit/edge/bearer.ts';
import type { TokenVerifier } from '../../kit/edge/token-verifier.ts';
import { subscriberOf } from '../../kit/edge/client-address.ts';
import type { ExchangeHandler, ExchangeResponse, HttpExchange } from '../../kit/edge/exchange.ts';
import { type BodyLimits, readJson } from './json-body.ts';
import { readLines } from './line-body.ts';
import { parseQuery } from '../../kit/edge/query-string.ts';
import type { RateLimit } from './rate-limit.ts';
import { renameFields, writtenName } from './rename-fields.ts';
import type { HttpRoute, Reply, ResponseDefinition } from './route.ts';
import { send } from './send.ts';
import { parseWith } from './violations.ts';

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
 * Handles requests of one route: authenticates, limits the rate, authorizes, parses, and calls the handler.
 * @param access access rule of the graph
 */
export function dispatch(
  route: HttpRoute,
  access: EdgeRoute['access'],
  options: DispatchOptions,
): ExchangeHandler {
  return async (request, response) => {
    const { exchange } = response.locals;
    exchange.route = route.path;
    if (staysOpen(route)) abortOnShutdown(options.stopping, exchange, response);
    const anonymous = subscriberOf(exchange.client);
    const take = (client: string) => response.set(options.rateLimit.take(client, route.cost));
    const bearer = await identify(request, access, options.verifier).catch((error) => {
      take(anonymous);
      throw error;
    });
    take(bearer?.subject ?? anonymous);
    if (typeof access === 'object' && bearer?.role !== access.role) throw serviceError('forbidden');
    const reply = await handle(route, {
      params: parseParams(route, request),
      query: parseWith(route.query, parseQuery(request.url)),
      headers: parseWith(route.headers, headersOf(route, request)),
      body: await readBody(route, request, options.limits),
      bearer,
      context: exchange.context,
    });
    await send(request, response, route.answer, reply, options.heartbeatMs);
  };
}

/** Calls the handler. Errors of the callee get the field names of the client's request. */
async function handle(
  route: HttpRoute,
  input: Parameters<HttpRoute['handle']>[0],
): Promise<Reply<ResponseDefinition>> {
  try {
    return await route.handle(input);
  } catch (error) {
    throw renameFields(error, (field) => writtenName(field, route.fields));
  }
}

async function identify(
  request: ExchangeRequest,
  access: EdgeRoute['access'],
  verifier: TokenVerifier,
): Promise<Bearer | undefined> {
  return access === 'public' ? undefined : verifier.verify(request.headers.authorization);
}

function staysOpen({ answer, body }: HttpRoute): boolean {
  return answer.kind === 'events' || answer.kind === 'lines' || body?.kind === 'lines';
}

/** Aborts the exchange when the process stops, so that it does not delay the shutdown. */
function abortOnShutdown(stopping: AbortSignal, exchange: HttpExchange, response: ExchangeResponse): void {
  const end = () => exchange.abort();
  stopping.addEventListener('abort', end);
  response.once('close', () => stopping.removeEventListener('abort', end));
}

/** Parses path parameters. Malformed ones name no resource. */
function parseParams(route: HttpRoute, request: ExchangeRequest) {
  const params = route.params.safeParse({ ...request.params });
  if (!params.success) throw serviceError('not-found', { metadata: { what: 'resource at this path' } });
  return params.data;
}

function headersOf(route: HttpRoute, request: ExchangeRequest): Readonly<Record<string, string>> {
  const names = Object.keys(route.headers.shape);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function readBody(route: HttpRoute, request: ExchangeRequest, limits: BodyLimits) {
  const { body } = route;
  if (body?.kind === 'lines') return readLines(request, body.schema, limits);
  return body && readJson(request, limits).then((json) => parseWith(body.schema, json));
}
