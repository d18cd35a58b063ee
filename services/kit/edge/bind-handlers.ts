import type { EdgeRoute } from '../../../mesh/policy/edge.ts';

/** A handler with its route in the graph. */
export interface BoundHandler<Handler> {
  readonly rule: EdgeRoute;
  readonly handler: Handler;
}

export interface HandlerBinding<Handler> {
  /** Names the service in messages: `the gateway`. */
  readonly service: string;
  /** Names a handler in messages: `operation`. */
  readonly noun: string;
  /** Handlers by the names under which the graph declares them. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Returns the fields in which a route and its handler disagree, each as the predicate of a sentence. @default none */
  readonly disagreementsOf?: (rule: EdgeRoute, handler: Handler) => readonly string[];
}

/**
 * Binds the handlers of a service to their routes in the graph, in the order of the graph.
 * @throws Error that lists every route or handler that only one side has, and every field in which they disagree
 */
export function bindHandlers<Handler>(
  edge: readonly EdgeRoute[],
  { service, noun, handlers, disagreementsOf = () => [] }: HandlerBinding<Handler>,
): readonly BoundHandler<Handler>[] {
  const names = new Set(edge.map(({ handler }) => handler));
  const undeclared = Object.keys(handlers).filter((name) => !names.has(name));
  const bound = edge.flatMap((rule) => {
    const handler = Object.hasOwn(handlers, rule.handler) ? handlers[rule.handler] : undefined;
    return handler ? [{ rule, handler }] : [];
  });
  const disagreements = [
    ...edge
      .filter(({ handler }) => !Object.hasOwn(handlers, handler))
      .map(
        (rule) =>
          `${nameOf(rule)} has the handler '${rule.handler}', which ${service} does not have; remove the route, or write the ${noun}`,
      ),
    ...undeclared.map(
      (name) => `the graph has no route with the handler '${name}'; add one to the edge's routes`,
    ),
    ...bound.flatMap(({ rule, handler }) =>
      disagreementsOf(rule, handler).map((problem) => `${nameOf(rule)} ${problem}`),
    ),
  ];
  if (disagreements.length > 0) {
    throw new Error(`${service} and the service graph disagree:\n  ${disagreements.join('\n  ')}`);
  }
  return bound;
}

function nameOf({ method, path }: Pick<EdgeRoute, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
