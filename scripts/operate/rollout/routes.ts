import { z } from 'zod';
import { count, listOf, maybe, struct, text } from '../../process/go-json.ts';

/**
 * The destinations of one route, in a form that allows comparing a VirtualService with the configuration of a proxy.
 */
export interface VersionRoute {
  readonly name: string;
  /** Percent by version, without versions of weight 0. */
  readonly weights: Readonly<Record<string, number>>;
  /** Headers that a request must have. */
  readonly headers: Readonly<Record<string, string>>;
  /** The version that receives mirrored requests, and their percentage. */
  readonly mirror?: { readonly version: string; readonly percent: number };
}

/** The fields of a VirtualService that are read here. */
export interface VirtualServiceObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly gateways?: readonly string[];
    readonly http: readonly {
      readonly name: string;
      readonly match?: readonly {
        readonly sourceLabels?: Readonly<Record<string, string>>;
        readonly headers?: Readonly<Record<string, { readonly exact?: string }>>;
      }[];
      /** Absent from a route with a direct response. */
      readonly route?: readonly { readonly destination: Destination; readonly weight?: number }[];
      readonly mirror?: Destination;
      readonly mirrorPercentage?: { readonly value: number };
    }[];
  };
}

interface Destination {
  readonly host: string;
  readonly subset?: string;
}

/** The fields of `istioctl proxy-config routes --output json` that are read here. */
const PROXY_ROUTE = z.object({
  name: text(),
  match: struct({
    headers: listOf(
      z.object({ name: z.string(), stringMatch: maybe(z.object({ exact: maybe(z.string()) })) }),
    ),
  }),
  // Absent from a route with a redirect or a direct response.
  route: struct({
    cluster: text(),
    weightedClusters: maybe(z.object({ clusters: listOf(z.object({ name: z.string(), weight: count() })) })),
    requestMirrorPolicies: listOf(
      z.object({
        cluster: z.string(),
        runtimeFraction: struct({
          defaultValue: struct({ numerator: count(), denominator: text('HUNDRED') }),
        }),
      }),
    ),
  }),
  metadata: struct({ filterMetadata: struct({ istio: struct({ config: text() }) }) }),
});
type ProxyRoute = z.infer<typeof PROXY_ROUTE>;

export const PROXY_ROUTES = listOf(
  z.object({ virtualHosts: listOf(z.object({ routes: listOf(PROXY_ROUTE) })) }),
);
export type ProxyRoutes = z.infer<typeof PROXY_ROUTES>;

/** Returns the routes of a VirtualService to services that apply to a caller; all of them for a gateway. */
export function expectedRoutes({ spec }: VirtualServiceObject, caller: string): readonly VersionRoute[] {
  return spec.http
    .filter(({ route }) => route)
    .filter(({ match = [{}] }) =>
      match.some(({ sourceLabels }) => !sourceLabels || spec.gateways || sourceLabels.app === caller),
    )
    .map(({ name, match = [], route = [], mirror, mirrorPercentage }) => ({
      name,
      weights: weightsOf(
        route.map(({ destination, weight = 100 }) => [destination.subset ?? '', weight] as const),
      ),
      headers: Object.fromEntries(
        Object.entries(match[0]?.headers ?? {}).map(([header, { exact = '' }]) => [header, exact]),
      ),
      ...(mirror && {
        mirror: { version: mirror.subset ?? '', percent: mirrorPercentage?.value ?? 100 },
      }),
    }));
}

/**
 * Returns the routes of a proxy to services that come from a VirtualService, without duplicates. Envoy has one route for each
 * match.
 */
export function proxyRoutes(
  config: ProxyRoutes,
  { metadata: { name, namespace } }: VirtualServiceObject,
): readonly VersionRoute[] {
  const from = `/namespaces/${namespace}/virtual-service/${name}`;
  const routes = config
    .flatMap(({ virtualHosts }) => virtualHosts.flatMap(({ routes }) => routes))
    .filter(({ metadata }) => metadata.filterMetadata.istio.config.endsWith(from))
    .filter(({ route: { cluster, weightedClusters } }) => cluster !== '' || weightedClusters)
    .map(proxyRoute);
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()];
}

function proxyRoute({ name, match, route }: ProxyRoute): VersionRoute {
  const { cluster, weightedClusters, requestMirrorPolicies } = route;
  const [copies] = requestMirrorPolicies;
  const clusters = weightedClusters?.clusters ?? [{ name: cluster, weight: 100 }];
  return {
    name,
    weights: weightsOf(clusters.map((one) => [versionOf(one.name), one.weight] as const)),
    headers: Object.fromEntries(
      match.headers
        .filter((header) => !header.name.startsWith(':'))
        .map((header) => [header.name, header.stringMatch?.exact ?? '']),
    ),
    ...(copies && {
      mirror: {
        version: versionOf(copies.cluster),
        percent: percentOf(copies.runtimeFraction.defaultValue),
      },
    }),
  };
}

function percentOf({ numerator, denominator }: { numerator: number; denominator: string }): number {
  return (numerator * 100) / (DENOMINATORS[denominator] ?? 100);
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};

/** Returns the version of a cluster such as `outbound|50051|v2|product.shop.svc.cluster.local`. */
function versionOf(cluster: string): string {
  return cluster.split('|')[2] ?? '';
}

function weightsOf(weights: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    weights.filter(([, weight]) => weight > 0).sort(([a], [b]) => a.localeCompare(b)),
  );
}

/** Returns whether a proxy has exactly the expected routes: none missing, none outdated. */
export function sameRoutes(expected: readonly VersionRoute[], actual: readonly VersionRoute[]): boolean {
  const keys = (routes: readonly VersionRoute[]) => [...new Set(routes.map(key))].sort();
  return keys(expected).join('\n') === keys(actual).join('\n');
}

function key({ name, weights, headers, mirror }: VersionRoute): string {
  const sorted = Object.entries(headers).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([name, weights, sorted, mirror?.version, mirror?.percent]);
}
