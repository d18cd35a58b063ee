import { describe, expect, test } from '@jest/globals';
import { compiled } from './small-platform.ts';

describe('a call of the layer proxyless', () => {
  const objects = compiled({ policy: { timeout: '1s', layer: 'proxyless', approximation: 'accept' } });

  test('has the route and the rule of a call of the mesh, without TLS', () => {
    const { spec } = objects.one('VirtualService', 'stock');
    expect(spec).toMatchObject({ http: [{ name: 'shop-to-stock', timeout: '1s' }, { name: 'default' }] });
    expect(objects.one('DestinationRule', 'shop-to-stock').spec).toMatchObject({
      trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' }, tls: { mode: 'DISABLE' } },
    });
  });

  test('is admitted without a certificate, only at the port and the methods of the call', () => {
    expect(objects.one('PeerAuthentication', 'stock').spec).toMatchObject({
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 50051: { mode: 'PERMISSIVE' } },
    });
    expect(objects.one('AuthorizationPolicy', 'shop-to-stock').spec).toMatchObject({
      rules: [{ to: [{ operation: { paths: ['/test.v1.Stock/Count'] } }] }],
    });
    expect(JSON.stringify(objects.one('AuthorizationPolicy', 'shop-to-stock'))).not.toContain('principals');
  });

  test('is marked in app.json, and its pod has the xDS bootstrap configuration', () => {
    const { data } = objects.one('ConfigMap', 'shop-app');
    const { calls } = JSON.parse((data as Record<string, string>)['app.json'] ?? '');
    expect(calls.stock).toMatchObject({ usesXds: true });
    expect(calls.stock).not.toHaveProperty('policy');
    const text = JSON.stringify(objects.one('Deployment', 'shop-v1'));
    expect(text).toContain('GRPC_XDS_BOOTSTRAP_CONFIG');
    expect(text).toContain('sidecar~$(WEFT_POD_ADDRESS)~$(WEFT_POD_NAME).small~small.svc.cluster.local');
    expect(JSON.stringify(objects.one('Deployment', 'stock-v1'))).not.toContain('GRPC_XDS');
  });
});
