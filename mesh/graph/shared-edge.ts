import type { Edge, EdgeRoute, EdgeToken } from '../policy/edge.ts';
import type { Service } from './service.ts';

/** A route and the service that serves it. */
export interface OwnedRoute extends EdgeRoute {
  readonly service: Service;
}

/** The services that serve external clients under the same hosts. */
export interface SharedEdge {
  /** The name of the first of the services. */
  readonly name: string;
  readonly hosts: readonly string[];
  readonly token: EdgeToken;
  readonly services: readonly [Service, ...Service[]];
  readonly routes: readonly OwnedRoute[];
}

/** Groups the services that have an edge by their hosts and token settings, in the order of their declaration. */
export function sharedEdges(services: readonly Service[]): readonly SharedEdge[] {
  const groups = Map.groupBy(
    services.filter(({ edge }) => edge),
    ({ edge }) => JSON.stringify([edge?.hosts, edge?.token]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group;
    if (!first?.edge) return [];
    const { hosts, token } = first.edge;
    const routes = group.flatMap((service) => ownedRoutes(service, service.edge));
    return [{ name: first.name, hosts, token, services: [first, ...rest] as const, routes }];
  });
}

function ownedRoutes(service: Service, edge: Edge | undefined): readonly OwnedRoute[] {
  return (edge?.routes ?? []).map((route) => ({ ...route, service }));
}
