import { expect, test } from '@jest/globals';
import { istioInstallSpec } from '../../../mesh/compile/istio/install.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { compiled, ENVIRONMENT } from './small-platform.ts';

/** Returns the number of proxies that the edge trusts, from the environment variable of its container. */
function hopsOf(environment: Partial<Environment>): string | undefined {
  const deployment = JSON.stringify(compiled({ environment }).one('Deployment', 'shop-v1'));
  return /"name":"WEFT_PROXY_HOPS","value":"(\d+)"/.exec(deployment)?.[1];
}

test('the ingress gateway counts as a proxy of the edge, and the sidecar does not', () => {
  expect(hopsOf({})).toBe('1');
  expect(hopsOf({ hasIstio: false, layer: 'app' })).toBe('0');
});

test('proxies in front of the ingress gateway count for the edge and for the ingress gateway', () => {
  expect(hopsOf({ numTrustedProxies: 2 })).toBe('3');
  expect(hopsOf({ numTrustedProxies: 1, hasIstio: false, layer: 'app' })).toBe('1');
  const { components } = istioInstallSpec({ ...ENVIRONMENT, numTrustedProxies: 2 });
  expect(components.ingressGateways[0].k8s.podAnnotations).toEqual({
    'proxy.istio.io/config': '{"gatewayTopology":{"numTrustedProxies":2}}',
  });
});

test('only the edge has the number of proxies', () => {
  expect(JSON.stringify(compiled().one('Deployment', 'stock-v1'))).not.toContain('WEFT_PROXY_HOPS');
});
