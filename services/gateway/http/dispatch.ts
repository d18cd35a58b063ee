import type { Request } from 'express';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import { serviceError } from '../../kit/errors/service-error.ts';
import type { Bearer } from '../access/bearer.ts';
import type { TokenVerifier } from '../access/token-verifier.ts';
import { subscriberOf } from './client-address.ts';
import type { Exchange, ExchangeHandler, ExchangeResponse } from './exchange.ts';
import { type BodyLimits, readJson } from './json-body.ts';
import { readLines } from './line-body.ts';
import { parseQuery } from './query-string.ts';
import type { RateLimit } from './rate-limit.ts';
import { renameFields, writtenName } from './rename-fields.ts';
import type { Answer, Reply, Route } from './route.ts';
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
 * Answers the requests of one route: who asks, whether they may, what they say, and then the handler.
 * @param access the graph's rule
 */
export function dispatch(
  route: Route,
  access: EdgeRoute['access'],
  options: DispatchOptions,
): ExchangeHandler {
  return async (request, response) => {
    const { exchange } = response.locals;
    exchange.route = route.path;
    if (staysOpen(route)) endWith(options.stopping, exchange, response);
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

/** Calls the handler, and makes errors of the callee name fields as the client wrote them. */
async function handle(route: Route, input: Parameters<Route['handle']>[0]): Promise<Reply<Answer>> {
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

function staysOpen({ answer, body }: Route): boolean {
  return answer.kind === 'events' || answer.kind === 'lines' || body?.kind === 'lines';
}

/** Ends the exchange when the process stops, which would otherwise wait for it. */
function endWith(stopping: AbortSignal, exchange: Exchange, response: ExchangeResponse): void {
  const end = () => exchange.giveUp();
  stopping.addEventListener('abort', end);
  response.once('close', () => stopping.removeEventListener('abort', end));
}

/** A path whose parameters are of the wrong form names nothing that exists. */
function parseParams(route: Route, request: ExchangeRequest) {
  const params = route.params.safeParse({ ...request.params });
  if (!params.success) throw serviceError('not-found', { metadata: { what: 'resource at this path' } });
  return params.data;
}

function headersOf(route: Route, request: ExchangeRequest): Readonly<Record<string, string>> {
  const names = Object.keys(route.headers.shape);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function readBody(route: Route, request: ExchangeRequest, limits: BodyLimits) {
  const { body } = route;
  if (body?.kind === 'lines') return readLines(request, body.schema, limits);
  return body && readJson(request, limits).then((json) => parseWith(body.schema, json));
}
