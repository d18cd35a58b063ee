import { describe, expect, test } from '@jest/globals';
import type { AppConfig } from '../../../../mesh/policy/app-config.ts';
import {
  type ContrastDeployment,
  describeSynthesisError,
  synthesizeDeployment,
} from '../../../../scripts/lab/contrast/deployment.ts';

function object({ manifests }: ContrastDeployment, kind: string, name: string) {
  const manifest = manifests.find(({ object: one }) => one.kind === kind && one.metadata.name === name);
  if (!manifest) throw new Error(`no ${kind} ${name}`);
  // Untyped, since each kind has its own fields.
  return JSON.parse(JSON.stringify(manifest.object));
}
const calls = (shop: ContrastDeployment): AppConfig['calls'] =>
  JSON.parse(object(shop, 'ConfigMap', 'gateway-app').data['app.json']).calls;

describe('the deployment of a layer', () => {
  test('has three replicas of the services that faults are injected into, and allows fault injection', () => {
    const { spec } = object(synthesizeDeployment('app', 'local'), 'Deployment', 'product-v1');
    expect(spec.replicas).toBe(3);
    expect(spec.template.spec.containers[0].env).toContainEqual({
      name: 'WEFT_FAULT_INJECTION',
      value: 'allowed',
    });
  });

  test('has no policy under none, and the full in-app policy under app', () => {
    expect(calls(synthesizeDeployment('none', 'local')).product?.policy).toEqual({ timeout: 'none' });
    expect(calls(synthesizeDeployment('app', 'local')).product?.policy).toMatchObject({
      timeout: '500ms',
      retries: { max: 2 },
    });
  });

  test('has no in-app policy under mesh, and replaces pods when app.json changes', () => {
    const [mesh, both] = [synthesizeDeployment('mesh', 'kind'), synthesizeDeployment('both', 'kind')];
    expect(calls(mesh).product?.policy).toBeUndefined();
    expect(calls(both).product?.policy).toMatchObject({ retries: { max: 2 } });
    const checksum = (shop: ContrastDeployment) =>
      object(shop, 'Deployment', 'gateway-v1').spec.template.metadata.annotations['weft/config-checksum'];
    expect(checksum(mesh)).not.toBe(checksum(both));
  });

  test('has the same ingress under every layer, without retries', () => {
    for (const layer of ['none', 'app', 'mesh', 'both'] as const) {
      const shop = synthesizeDeployment(layer, 'kind');
      expect(object(shop, 'Gateway', 'gateway').spec.servers).toHaveLength(1);
      for (const { route, retries } of object(shop, 'VirtualService', 'gateway-edge').spec.http)
        expect(retries).toEqual(route && { attempts: 0 });
    }
  });

  test('has different pods under each layer, so that sidecars are injected or removed', () => {
    const pod = (layer: 'mesh' | 'proxyless') =>
      object(synthesizeDeployment(layer, 'kind'), 'Deployment', 'notification-v1').spec.template.metadata
        .annotations;
    expect(pod('mesh')['weft/contrast']).toBe('mesh');
    expect(pod('proxyless')['weft/contrast']).toBe('proxyless');
  });

  test('has no sidecars and no fields that gRPC does not support under proxyless', () => {
    const shop = synthesizeDeployment('proxyless', 'kind');
    expect(shop.unsupportedFields).toEqual(
      expect.arrayContaining(['balance.least-request', 'outlierDetection']),
    );
    expect(calls(shop).product).toMatchObject({ usesXds: true });
    expect(shop.manifests.filter(({ object: { kind } }) => kind === 'PeerAuthentication')).toEqual([]);
    expect(object(shop, 'Namespace', 'shop').metadata.labels).not.toHaveProperty('istio-injection');
    expect(object(shop, 'DestinationRule', 'gateway-to-product').spec.trafficPolicy).toMatchObject({
      tls: { mode: 'DISABLE' },
    });
  });

  test('is rejected by synthesis when both layers retry, with the amplification', () => {
    expect(describeSynthesisError()).toMatch(
      /3 x 3 = 9 attempts of one call, 81 attempts of one request along gateway -> order -> product/,
    );
  });
});
