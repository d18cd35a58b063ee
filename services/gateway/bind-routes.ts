import type { EdgeRoute } from '../../mesh/policy/edge.ts';
import type { HttpOperation, HttpOperations, HttpRoute } from './http/route.ts';

/**
 * Binds the operations of the gateway to their routes in the graph, in the order of the graph.
 * @throws Error that lists every route or operation that only one side has, and every field in which they disagree
 */
export function bindRoutes(operations: HttpOperations, edge: readonly EdgeRoute[]): readonly HttpRoute[] {
  const handlers = new Set(edge.map(({ handler }) => handler));
  const undeclared = Object.keys(operations).filter((name) => !handlers.has(name));
  const routes = edge.flatMap((rule) => {
    const operation = Object.hasOwn(operations, rule.handler) ? operations[rule.handler] : undefined;
    return operation ? [{ rule, operation }] : [];
  });
  const disagreements = [
    ...edge
      .filter(({ handler }) => !Object.hasOwn(operations, handler))
      .map(
        (rule) =>
          `${nameOf(rule)} has the handler '${rule.handler}', which the gateway does not have; remove the route, or write the operation`,
      ),
    ...undeclared.map(
      (name) => `the graph has no route with the handler '${name}'; add one to the edge's routes`,
    ),
    ...routes.flatMap(({ rule, operation }) => disagreementsOf(rule, operation)),
  ];
  if (disagreements.length > 0) {
    throw new Error(`the gateway and the service graph disagree:\n  ${disagreements.join('\n  ')}`);
  }
  return routes;
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
  ].map((problem) => `${nameOf(rule)} ${problem}`);
}

function listed(names: readonly (string | undefined)[]): string {
  return names.join(', ') || 'none';
}

function nameOf({ method, path }: Pick<EdgeRoute, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
