import type { Environment } from '../../graph/environment.ts';
import { TRACE_PROVIDER, traceCollector } from '../peers/telemetry-peers.ts';
import { MESH_KEEPALIVE } from './tcp-liveness.ts';

/** Name of the ingress gateway's component in Istio's default profile. */
const INGRESS_COMPONENT = 'istio-ingressgateway';

/** The part of an IstioOperator's `spec` that depends on the environment. */
export interface IstioInstall {
  readonly meshConfig: {
    readonly tcpKeepalive: typeof MESH_KEEPALIVE;
    readonly extensionProviders?: readonly {
      readonly name: string;
      readonly opentelemetry: { readonly service: string; readonly port: number };
    }[];
  };
  readonly components: {
    readonly ingressGateways: readonly [
      {
        readonly name: string;
        readonly enabled: true;
        readonly k8s: {
          readonly podAnnotations: Readonly<Record<string, string>>;
          readonly service: { readonly externalTrafficPolicy: 'Local' };
        };
      },
    ];
  };
}

/**
 * Returns the settings that an installation of Istio needs for the manifests of `environment`.
 *
 * The ingress gateway and the edge count the same number of proxies from the right of `X-Forwarded-For`. So access logs, rate
 * limits and the gateway's `x-envoy-external-address` agree on the address of the client. `externalTrafficPolicy: Local`
 * preserves the source address of external connections; in exchange, nodes without an ingress gateway do not accept them.
 * Sidecars send traces to the first collector of the environment.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/network-topologies/
 */
export function istioInstallSpec(environment: Environment): IstioInstall {
  const { numTrustedProxies = 0 } = environment;
  const collector = traceCollector(environment);
  const config = { gatewayTopology: { numTrustedProxies } };
  return {
    meshConfig: {
      // Applies to connections without a DestinationRule: from the ingress gateway to the edge.
      tcpKeepalive: MESH_KEEPALIVE,
      ...(collector && {
        extensionProviders: [
          { name: TRACE_PROVIDER, opentelemetry: { service: collector.host, port: collector.port } },
        ],
      }),
    },
    components: {
      ingressGateways: [
        {
          name: INGRESS_COMPONENT,
          enabled: true,
          k8s: {
            // An annotation, not a mesh setting: a change restarts the gateway, which reads the value only at startup.
            podAnnotations: { 'proxy.istio.io/config': JSON.stringify(config) },
            service: { externalTrafficPolicy: 'Local' },
          },
        },
      ],
    },
  };
}
