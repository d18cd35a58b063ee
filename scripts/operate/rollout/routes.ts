import { z } from 'zod';
import { count, listOf, maybe, struct, text } from '../../process/go-json.ts';

/** Where one route of a VirtualService leads, in a form in which what was asked for and what a proxy has compare. */
export interface Route {
  readonly name: string;
  /** Percent by version, without those that get nothing. */
  readonly weights: Readonly<Record<string, number>>;
  /** Headers that requests must have. */
  readonly headers: Readonly<Record<string, string>>;
  /** The version that gets copies, and of how many percent. */
  readonly mirror?: { readonly version: string; readonly percent: number };
}

/** A VirtualService, as far as it has to be known here. */
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
      readonly route: readonly { readonly destination: Destination; readonly weight?: number }[];
      readonly mirror?: Destination;
      readonly mirrorPercentage?: { readonly value: number };
    }[];
  };
}

interface Destination {
  readonly host: string;
  readonly subset?: string;
}

/** What `istioctl proxy-config routes --output json` shows, as far as it has to be known here. */
const PROXY_ROUTE = z.object({
  name: text(),
  match: struct({
    headers: listOf(
      z.object({ name: z.string(), stringMatch: maybe(z.object({ exact: maybe(z.string()) })) }),
    ),
  }),
  // Absent from a route that redirects or answers by itself.
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

/** The routes of a VirtualService that concern a caller; for a gateway, all of them. */
export function wantedRoutes({ spec }: VirtualServiceObject, caller: string): readonly Route[] {
  return spec.http
    .filter(({ match = [{}] }) =>
      match.some(({ sourceLabels }) => !sourceLabels || spec.gateways || sourceLabels.app === caller),
    )
    .map(({ name, match = [], route, mirror, mirrorPercentage }) => ({
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

/** The routes that a proxy made of a VirtualService, each once, though Envoy has one for each match of it. */
export function proxyRoutes(
  config: ProxyRoutes,
  { metadata: { name, namespace } }: VirtualServiceObject,
): readonly Route[] {
  const from = `/namespaces/${namespace}/virtual-service/${name}`;
  const routes = config
    .flatMap(({ virtualHosts }) => virtualHosts.flatMap(({ routes }) => routes))
    .filter(({ metadata }) => metadata.filterMetadata.istio.config.endsWith(from))
    .map(proxyRoute);
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()];
}

function proxyRoute({ name, match, route }: ProxyRoute): Route {
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

/** `outbound|50051|v2|product.shop.svc.cluster.local` */
function versionOf(cluster: string): string {
  return cluster.split('|')[2] ?? '';
}

function weightsOf(weights: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    weights.filter(([, weight]) => weight > 0).sort(([a], [b]) => a.localeCompare(b)),
  );
}

/** Whether a proxy has what was asked for: no route missing, none that is old. */
export function sameRoutes(wanted: readonly Route[], found: readonly Route[]): boolean {
  const keys = (routes: readonly Route[]) => [...new Set(routes.map(key))].sort();
  return keys(wanted).join('\n') === keys(found).join('\n');
}

function key({ name, weights, headers, mirror }: Route): string {
  const sorted = Object.entries(headers).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([name, weights, sorted, mirror?.version, mirror?.percent]);
}
