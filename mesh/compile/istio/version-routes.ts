import type { VirtualServiceHttp, VirtualServiceHttpMatch } from '../../../imports/networking.istio.io.ts';
import type { ServiceScope } from '../../graph/scopes.ts';
import type { Version } from '../../graph/version.ts';

/**
 * Returns a route to a service, preceded by one route for each version that is selected by a header. Istio applies the
 * first route that matches.
 */
export function versionRoutes(
  callee: ServiceScope,
  route: VirtualServiceHttp,
): readonly VirtualServiceHttp[] {
  const [destination] = route.route ?? [];
  if (!destination) return [route];
  const { host, port } = destination.destination;
  const headerRoutes = callee.versions.flatMap(({ name, header }) => {
    if (!header) return [];
    const match = (route.match ?? [{}]).map((match) => withHeader(match, header));
    const to = { host, subset: name, ...(port && { port }) };
    return [{ ...route, name: `${route.name}-${name}`, match, route: [{ destination: to }] }];
  });
  return [...headerRoutes, route];
}

/** Returns the fields that mirror requests of a route to the version with a `mirrorPercent`. */
export function mirror(
  callee: ServiceScope,
  route: VirtualServiceHttp,
): Pick<VirtualServiceHttp, 'mirror' | 'mirrorPercentage'> {
  const version = callee.versions.find(({ mirrorPercent = 0 }) => mirrorPercent > 0);
  const [destination] = route.route ?? [];
  if (!version?.mirrorPercent || !destination) return {};
  const { host, port } = destination.destination;
  return {
    mirror: { host, subset: version.name, ...(port && { port }) },
    mirrorPercentage: { value: version.mirrorPercent },
  };
}

function withHeader(
  match: VirtualServiceHttpMatch,
  { name, value }: NonNullable<Version['header']>,
): VirtualServiceHttpMatch {
  return { ...match, headers: { ...match.headers, [name]: { exact: value } } };
}
