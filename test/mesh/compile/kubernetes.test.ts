import { describe, expect, test } from '@jest/globals';
import { compiled } from './small-platform.ts';
import { yaml } from './yaml.ts';

const size = { minReplicas: 2, maxReplicas: 4, cpuMillis: 100, memoryMiB: 128 };

describe('objects of Kubernetes', () => {
  const objects = compiled();

  for (const [kind, name] of [
    ['Namespace', 'small'],
    ['ServiceAccount', 'stock'],
    ['Service', 'shop'],
    ['Service', 'stock'],
    ['Deployment', 'stock-v1'],
    ['ConfigMap', 'stock-app'],
    ['NetworkPolicy', 'default-deny'],
    ['NetworkPolicy', 'shop'],
    ['NetworkPolicy', 'stock'],
    ['NetworkPolicy', 'postgres'],
  ] as const) {
    test(`${kind} ${name}`, () => {
      expect(yaml(objects.one(kind, name))).toMatchSnapshot();
    });
  }

  test('follow their namespace, because they are applied in order', () => {
    expect(objects.all.findIndex(({ kind }) => kind === 'Namespace')).toBe(0);
  });

  test('PodDisruptionBudget and HorizontalPodAutoscaler of a service with 2 to 4 pods', () => {
    const larger = compiled({ environment: { size } });
    expect(yaml(larger.one('PodDisruptionBudget', 'stock'))).toMatchSnapshot();
    expect(yaml(larger.one('HorizontalPodAutoscaler', 'stock-v1'))).toMatchSnapshot();
  });
});

describe('sizes', () => {
  test('a service with one pod has neither a PodDisruptionBudget nor an autoscaler', () => {
    const objects = compiled();
    expect(objects.of('PodDisruptionBudget')).toEqual([]);
    expect(objects.of('HorizontalPodAutoscaler')).toEqual([]);
  });

  test('an autoscaler owns the number of replicas', () => {
    expect(compiled({ environment: { size } }).one('Deployment', 'stock-v1').spec).not.toHaveProperty(
      'replicas',
    );
    const fixed = compiled({ environment: { size: { ...size, maxReplicas: 2 } } });
    expect(fixed.one('Deployment', 'stock-v1').spec).toHaveProperty('replicas', 2);
  });
});

describe('memory', () => {
  test.each([
    [64, '--max-old-space-size=28 --max-semi-space-size=4 --v8-pool-size=1'],
    [192, '--max-old-space-size=86 --max-semi-space-size=16 --v8-pool-size=1'],
    [384, '--max-old-space-size=172 --max-semi-space-size=16 --v8-pool-size=1'],
    [4_096, '--max-old-space-size=1843 --max-semi-space-size=16 --v8-pool-size=1'],
  ])('a limit of %d MiB sets V8 options %s', (memoryMiB, options) => {
    const { spec } = compiled({ environment: { size: { ...size, memoryMiB } } }).one(
      'Deployment',
      'stock-v1',
    );
    const { template } = spec as {
      template: { spec: { containers: { env: { name: string; value: string }[] }[] } };
    };
    expect(template.spec.containers[0]?.env).toContainEqual({ name: 'NODE_OPTIONS', value: options });
  });
});

describe('termination', () => {
  const podSpec = (drain: '5s' | '0s') => {
    const { spec } = compiled({ environment: { drainDuration: drain } }).one(
      'Deployment',
      'stock-v1',
    ) as never as {
      spec: {
        template: { spec: { terminationGracePeriodSeconds: number; containers: { lifecycle?: unknown }[] } };
      };
    };
    return spec.template.spec;
  };

  test('the grace period covers the sleep before SIGTERM, the drain after it, and requests in flight', () => {
    expect(podSpec('5s').terminationGracePeriodSeconds).toBe(30);
    expect(podSpec('5s').containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });

  test('has no sleep without a drain', () => {
    expect(podSpec('0s').containers[0]).not.toHaveProperty('lifecycle');
  });
});

test('each version has a Deployment with its image', () => {
  const objects = compiled({
    stock: {
      versions: [
        { name: 'v1', weight: 90 },
        { name: 'v2', weight: 10, imageTag: '8' },
      ],
    },
  });
  const images = ['stock-v1', 'stock-v2'].map(
    (name) => /registry\S+?:\d/.exec(JSON.stringify(objects.one('Deployment', name)))?.[0],
  );
  expect(images).toEqual(['registry.test/stock:7', 'registry.test/stock:8']);
});

test('only a change of the configuration restarts the pods', () => {
  const checksum = (objects: ReturnType<typeof compiled>) =>
    /"weft\/config-checksum":"(\w+)"/.exec(JSON.stringify(objects.one('Deployment', 'shop-v1')))?.[1];
  const before = checksum(compiled({ environment: { layer: 'app' } }));
  expect(checksum(compiled({ environment: { layer: 'app' } }))).toBe(before);
  expect(checksum(compiled({ environment: { layer: 'app' }, policy: { timeout: '2s' } }))).not.toBe(before);
});

test('secrets are referenced and never created', () => {
  const objects = compiled();
  expect(objects.of('Secret')).toEqual([]);
  const volumes = JSON.stringify(objects.one('Deployment', 'audit-v1'));
  expect(volumes).toContain(
    '"secret":{"items":[{"key":"archive-key","path":"archive-key"}],"name":"archive"}',
  );
  expect(volumes).not.toContain('secretKeyRef');
});

test('an external Postgres server has no objects, and pods may reach only its network', () => {
  const objects = compiled({
    environment: { postgres: { address: 'db.test:6432', networkCidr: '10.1.0.0/24' } },
  });
  expect(objects.of('NetworkPolicy').map(({ metadata }) => metadata.name)).not.toContain('postgres');
  expect(objects.one('NetworkPolicy', 'stock').spec).toHaveProperty('egress.0', {
    to: [{ ipBlock: { cidr: '10.1.0.0/24' } }],
    ports: [{ port: 6432 }],
  });
});
