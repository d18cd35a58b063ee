import { describe, expect, test } from '@jest/globals';
import type { AppConfig } from '../../../../mesh/policy/app-config.ts';
import { type Cast, cast, refusal } from '../../../../scripts/lab/contrast/cast.ts';

function object({ manifests }: Cast, kind: string, name: string) {
  const found = manifests.find(({ object: one }) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  // What is looked at below differs from kind to kind.
  return JSON.parse(JSON.stringify(found.object));
}
const calls = (shop: Cast): AppConfig['calls'] =>
  JSON.parse(object(shop, 'ConfigMap', 'gateway-app').data['app.json']).calls;

describe('the shop under contrast', () => {
  test('has three replicas of whom trouble is made, and lets itself be troubled', () => {
    const { spec } = object(cast('app', 'local'), 'Deployment', 'product-v1');
    expect(spec.replicas).toBe(3);
    expect(spec.template.spec.containers[0].env).toContainEqual({
      name: 'WEFT_FAULT_INJECTION',
      value: 'allowed',
    });
  });

  test('has no policy under none, and the whole policy in the process under app', () => {
    expect(calls(cast('none', 'local')).product?.policy).toEqual({ timeout: 'none' });
    expect(calls(cast('app', 'local')).product?.policy).toMatchObject({
      timeout: '500ms',
      retries: { max: 2 },
    });
  });

  test('has no policy in the process under mesh, and pods are made anew when app.json is another', () => {
    const [mesh, both] = [cast('mesh', 'kind'), cast('both', 'kind')];
    expect(calls(mesh).product?.policy).toBeUndefined();
    expect(calls(both).product?.policy).toMatchObject({ retries: { max: 2 } });
    const checksum = (shop: Cast) =>
      object(shop, 'Deployment', 'gateway-v1').spec.template.metadata.annotations['weft/config-checksum'];
    expect(checksum(mesh)).not.toBe(checksum(both));
  });

  test('is asked through the same door under every layer, which repeats nothing', () => {
    for (const layer of ['none', 'app', 'mesh', 'both'] as const) {
      const shop = cast(layer, 'kind');
      expect(object(shop, 'Gateway', 'gateway').spec.servers).toHaveLength(1);
      for (const route of object(shop, 'VirtualService', 'gateway-edge').spec.http)
        expect(route.retries).toEqual({ attempts: 0 });
    }
  });

  test('has other pods under each layer, so that each has a sidecar or none as it should', () => {
    const pod = (layer: 'mesh' | 'proxyless') =>
      object(cast(layer, 'kind'), 'Deployment', 'notification-v1').spec.template.metadata.annotations;
    expect(pod('mesh')['weft/contrast']).toBe('mesh');
    expect(pod('proxyless')['weft/contrast']).toBe('proxyless');
  });

  test('goes without what gRPC cannot do under proxyless, and without sidecars', () => {
    const shop = cast('proxyless', 'kind');
    expect(shop.lost).toEqual(expect.arrayContaining(['balance.least-request', 'outlierDetection']));
    expect(calls(shop).product).toMatchObject({ usesXds: true });
    expect(shop.manifests.filter(({ object: { kind } }) => kind === 'PeerAuthentication')).toEqual([]);
    expect(object(shop, 'Namespace', 'shop').metadata.labels).not.toHaveProperty('istio-injection');
    expect(object(shop, 'DestinationRule', 'gateway-to-product').spec.trafficPolicy).toMatchObject({
      tls: { mode: 'DISABLE' },
    });
  });

  test('is refused by synthesis where both layers retry, with the amplification worked out', () => {
    expect(refusal()).toMatch(
      /3 x 3 = 9 attempts of one call, 81 attempts of one request along gateway -> order -> product/,
    );
  });
});
