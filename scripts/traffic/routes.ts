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
export type ProxyRoutes = readonly {
  readonly virtualHosts?: readonly { readonly routes?: readonly ProxyRoute[] }[];
}[];

interface ProxyRoute {
  readonly name?: string;
  readonly match?: {
    readonly headers?: readonly {
      readonly name: string;
      readonly stringMatch?: { readonly exact?: string };
    }[];
  };
  readonly route?: {
    readonly cluster?: string;
    readonly weightedClusters?: {
      readonly clusters: readonly { readonly name: string; readonly weight?: number }[];
    };
    readonly requestMirrorPolicies?: readonly {
      readonly cluster: string;
      readonly runtimeFraction?: {
        readonly defaultValue?: { readonly numerator?: number; readonly denominator?: string };
      };
    }[];
  };
  readonly metadata?: { readonly filterMetadata?: { readonly istio?: { readonly config?: string } } };
}

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
    .flatMap(({ virtualHosts = [] }) => virtualHosts.flatMap(({ routes = [] }) => routes))
    .filter(({ metadata }) => metadata?.filterMetadata?.istio?.config?.endsWith(from))
    .map(proxyRoute);
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()];
}

function proxyRoute({ name = '', match, route = {} }: ProxyRoute): Route {
  const { cluster = '', weightedClusters, requestMirrorPolicies: [copies] = [] } = route;
  const clusters = weightedClusters?.clusters ?? [{ name: cluster, weight: 100 }];
  const { numerator = 0, denominator = 'HUNDRED' } = copies?.runtimeFraction?.defaultValue ?? {};
  return {
    name,
    weights: weightsOf(clusters.map((one) => [versionOf(one.name), one.weight ?? 0] as const)),
    headers: Object.fromEntries(
      (match?.headers ?? [])
        .filter((header) => !header.name.startsWith(':'))
        .map((header) => [header.name, header.stringMatch?.exact ?? '']),
    ),
    ...(copies && {
      mirror: {
        version: versionOf(copies.cluster),
        percent: (numerator * 100) / (DENOMINATORS[denominator] ?? 100),
      },
    }),
  };
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
