import { describe, expect, test } from '@jest/globals';
import { compiled } from './small-platform.ts';

const VERSIONS = [
  { name: 'v1', weight: 90 },
  { name: 'v2', weight: 10 },
];

describe('processes that balance among endpoints', () => {
  const objects = compiled({ environment: { layer: 'app' }, stock: { versions: VERSIONS } });

  test('may read the EndpointSlices of their namespace, and nothing else', () => {
    const [role, ...others] = objects.of('Role');
    expect(others).toEqual([]);
    expect(role).toMatchObject({
      metadata: { name: 'shop-endpoints' },
      rules: [
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      ],
    });
    expect(objects.of('RoleBinding')).toMatchObject([
      { roleRef: { name: 'shop-endpoints' }, subjects: [{ kind: 'ServiceAccount', name: 'shop' }] },
    ]);
  });

  test('have the discovery setting and an API token, and other processes have neither', () => {
    const pods = objects.of('Deployment').map(({ metadata, spec }) => {
      // Of a Deployment, as its type says.
      const { template } = spec as { template: { spec: Record<string, unknown> } };
      return [metadata.name, template.spec.automountServiceAccountToken];
    });
    expect(Object.fromEntries(pods)).toMatchObject({ 'shop-v1': true, 'stock-v1': false, 'stock-v2': false });
    expect(JSON.stringify(objects.of('Deployment'))).toContain(
      '{"name":"WEFT_DISCOVERY","value":"kubernetes"}',
    );
  });

  test('learn the version of an endpoint from the Service of the version', () => {
    const services = objects.of('Service').filter(({ metadata }) => metadata.name.startsWith('stock-'));
    expect(services).toMatchObject([
      {
        metadata: { name: 'stock-v1', labels: { app: 'stock', version: 'v1' } },
        spec: { clusterIP: 'None' },
      },
      {
        metadata: { name: 'stock-v2', labels: { app: 'stock', version: 'v2' } },
        spec: { clusterIP: 'None' },
      },
    ]);
  });
});

test.each([
  ['the mesh enforces', {}],
  ['there is no cluster', { layer: 'app', hasIstio: false, isCluster: false }],
] as const)('no process may read EndpointSlices if %s', (_, environment) => {
  const objects = compiled({ environment, stock: { versions: VERSIONS } });
  expect([...objects.of('Role'), ...objects.of('RoleBinding')]).toEqual([]);
  expect(objects.of('Service').map(({ metadata }) => metadata.name)).not.toContain('stock-v2');
  expect(JSON.stringify(objects.of('Deployment'))).not.toContain('WEFT_DISCOVERY');
});
