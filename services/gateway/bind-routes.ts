import type { EdgeRoute } from '../../mesh/policy/edge.ts';
import { bindHandlers } from '../kit/edge/bind-handlers.ts';
import type { HttpOperation, HttpOperations, HttpRoute } from './http/route.ts';

/**
 * Binds the operations of the gateway to their routes in the graph, in the order of the graph.
 * @throws Error that lists every route or operation that only one side has, and every field in which they disagree
 */
export function bindRoutes(operations: HttpOperations, edge: readonly EdgeRoute[]): readonly HttpRoute[] {
  return bindHandlers(edge, {
    service: 'the gateway',
    noun: 'operation',
    handlers: operations,
    disagreementsOf,
  }).map(({ rule, handler }) => ({ rule, operation: handler }));
}

function disagreementsOf(rule: EdgeRoute, operation: HttpOperation): readonly string[] {
  const { access, path, body, stream } = rule;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const params = Object.keys(operation.params.shape).sort();
  const bodyKind = body && (body.maxBytes === 'unlimited' ? 'lines' : 'json');
  const streamKind = {
    events: 'server-sent-events',
    lines: 'ndjson',
    json: undefined,
    page: undefined,
  } as const;
  return [
    ...(access === 'public' && operation.needsBearer
      ? [`needs the identity of the client but is public in the graph; set access 'token' or 'owner'`]
      : []),
    ...(String(parameters) === String(params)
      ? []
      : [`has the parameters ${listed(parameters)} in the graph and ${listed(params)} in the gateway`]),
    ...(bodyKind === operation.body?.kind
      ? []
      : [
          `has a body of kind ${bodyKind ?? 'none'} in the graph and ${operation.body?.kind ?? 'none'} in the gateway`,
        ]),
    ...(stream === streamKind[operation.answer.kind]
      ? []
      : [
          `has the stream ${stream ?? 'none'} in the graph and answers with ${operation.answer.kind} in the gateway`,
        ]),
  ];
}

function listed(names: readonly (string | undefined)[]): string {
  return names.join(', ') || 'none';
}
