import { istioctl } from '../../scripts/operate/cluster/kubectl.ts';
import type { ContainerPlace } from './pods.ts';

type Where = Pick<ContainerPlace, 'pod' | 'namespace'>;

/** Envoy's configuration as `istioctl proxy-config` prints it, reduced to the fields that the tests use. */
export interface ProxyRouteConfig {
  readonly name?: string;
  readonly virtualHosts?: readonly { readonly name: string; readonly routes?: readonly ProxyRoute[] }[];
}

export interface ProxyRoute {
  readonly name?: string;
  readonly match: {
    readonly path?: string;
    readonly prefix?: string;
    readonly safeRegex?: { readonly regex: string };
    readonly headers?: readonly {
      readonly name: string;
      readonly stringMatch?: { readonly exact?: string; readonly safeRegex?: { readonly regex: string } };
    }[];
  };
  readonly route?: {
    readonly cluster?: string;
    readonly weightedClusters?: {
      readonly clusters: readonly { readonly name: string; readonly weight?: number }[];
    };
    readonly timeout?: string;
    readonly maxGrpcTimeout?: string;
    readonly retryPolicy?: ProxyRetryPolicy;
    readonly hashPolicy?: readonly object[];
  };
  readonly typedPerFilterConfig?: Readonly<Record<string, ProxyFault>>;
}

export interface ProxyRetryPolicy {
  readonly retryOn?: string;
  readonly numRetries?: number;
  readonly perTryTimeout?: string;
  readonly retryBackOff?: { readonly baseInterval?: string; readonly maxInterval?: string };
}

export interface ProxyFault {
  readonly delay?: { readonly fixedDelay?: string; readonly percentage?: ProxyPercent };
  readonly abort?: { readonly grpcStatus?: number; readonly percentage?: ProxyPercent };
}

export interface ProxyPercent {
  readonly numerator?: number;
  readonly denominator?: string;
}

export interface ProxyCluster {
  readonly name: string;
  readonly lbPolicy?: string;
  readonly circuitBreakers?: { readonly thresholds?: readonly Readonly<Record<string, unknown>>[] };
  readonly outlierDetection?: Readonly<Record<string, unknown>>;
  readonly commonLbConfig?: { readonly healthyPanicThreshold?: { readonly value?: number } };
  readonly ringHashLbConfig?: object;
  readonly maglevLbConfig?: object;
  readonly transportSocketMatches?: readonly {
    readonly name: string;
    readonly transportSocket: {
      readonly name: string;
      readonly typedConfig: {
        readonly commonTlsContext?: {
          readonly combinedValidationContext?: {
            readonly defaultValidationContext?: {
              readonly matchSubjectAltNames?: readonly { readonly exact?: string }[];
            };
          };
        };
      };
    };
  }[];
}

export interface ProxyListener {
  readonly name: string;
  readonly filterChains?: readonly {
    readonly filterChainMatch?: { readonly destinationPort?: number; readonly transportProtocol?: string };
    readonly transportSocket?: {
      readonly name: string;
      readonly typedConfig: { readonly requireClientCertificate?: boolean };
    };
  }[];
}

export function proxyRoutes(where: Where): Promise<readonly ProxyRouteConfig[]> {
  return proxyConfig('routes', where);
}

export function proxyClusters(where: Where): Promise<readonly ProxyCluster[]> {
  return proxyConfig('clusters', where);
}

export function proxyListeners(where: Where): Promise<readonly ProxyListener[]> {
  return proxyConfig('listeners', where);
}

async function proxyConfig<T>(kind: string, { pod, namespace }: Where): Promise<readonly T[]> {
  return JSON.parse(await istioctl(['proxy-config', kind, `${pod}.${namespace}`, '--output', 'json']));
}
