import type { VirtualServiceHttp, VirtualServiceHttpMatch } from '../../../imports/networking.istio.io.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';

/**
 * A route to a service with the routes that its versions add: before it, one for each version that a header asks for.
 * Istio takes the first that matches.
 */
export function versionRoutes(callee: Service, route: VirtualServiceHttp): readonly VirtualServiceHttp[] {
  const [destination] = route.route ?? [];
  if (!destination) return [route];
  const { host, port } = destination.destination;
  const asked = callee.versions.flatMap(({ name, header }) => {
    if (!header) return [];
    const match = (route.match ?? [{}]).map((one) => withHeader(one, header));
    const to = { host, subset: name, ...(port && { port }) };
    return [{ ...route, name: `${route.name}-${name}`, match, route: [{ destination: to }] }];
  });
  return [...asked, route];
}

/** What makes a route send copies of its requests to a version that asks for them. */
export function mirror(
  callee: Service,
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
