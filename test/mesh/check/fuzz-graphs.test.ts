import { expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import fc from 'fast-check';
import { addDataServers } from '../../../charts/data/data-servers.ts';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { checkManifests } from '../../../mesh/check/check-manifests.ts';
import { compile } from '../../../mesh/compile/compile.ts';
import { secretFiles } from '../../../mesh/compile/kubernetes/volumes.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic } from '../../../mesh/graph/topic.ts';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import type { Problem } from '../../../mesh/policy/problem.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { YamlWriter } from '../../../mesh/render/yaml.ts';
import { propertyRuns } from '../../property-runs.ts';
import { ENVIRONMENT, ITEMS, POLICY } from './small-platform.ts';

/** Valid names, then names that some rule rejects. */
const validName = fc.constantFrom(
  'a',
  'b',
  'c',
  'a-b',
  'a-events',
  'events',
  'orders',
  'cache',
  'a-v1',
  'b-edge',
  'store',
);
const invalidName = fc.oneof(
  fc.constantFrom(
    '',
    'A',
    '1st',
    '-a',
    'a-',
    'a_b',
    'a.b',
    'a/b',
    'a b',
    'é',
    'a'.repeat(63),
    'a'.repeat(64),
    '__proto__',
  ),
  fc.constantFrom(
    'public',
    'pg-cache',
    'none',
    'default',
    'default-deny',
    'monitoring',
    'kubernetes',
    'constructor',
  ),
  fc.constantFrom(
    'postgres',
    'postgres-service',
    'kafka',
    'rabbitmq-setup',
    'base',
    'telemetry',
    'network-policy',
    'sidecar',
  ),
);
/** Generates a valid value, or an invalid one with a probability of 1 in `odds`. */
function mostly<Valid, Invalid>(valid: fc.Arbitrary<Valid>, invalid: fc.Arbitrary<Invalid>, odds = 20) {
  return fc.oneof({ weight: odds - 1, arbitrary: valid }, { weight: 1, arbitrary: invalid });
}
const name = mostly(validName, invalidName);
const host = mostly(
  fc.constantFrom('a.test', 'b.test', 'c.test', '*', '*.test'),
  fc.constantFrom('https://a.test', 'a.test:80', 'a.*.test', 'A.test', 'localhost', '127.0.0.1'),
);
const routePath = mostly(
  fc.constantFrom('/a', '/a/{id}', '/a/b', '/{x}/b', '/', '/a/b/{c}'),
  fc.constantFrom('/k', '/a/{id}.json', '/a/*', 'a', '/a/'),
);
const access: fc.Arbitrary<EdgeRoute['access']> = mostly(
  fc.constantFrom<EdgeRoute['access'][]>('public', 'token', { role: 'admin' }, { role: 'clerk' }),
  fc.constant({ role: '*' }),
);
const route = fc.record({
  method: fc.constantFrom('GET' as const, 'POST' as const),
  path: routePath,
  access,
});
const routes = fc.uniqueArray(route, { maxLength: 4, selector: ({ method, path }) => method + path });

const service = fc.record(
  {
    name,
    serves: mostly(fc.constant(true), fc.constant(false), 5),
    store: fc.boolean(),
    edge: fc.record({ host, routes }),
    settings: mostly(
      fc.dictionary(fc.constantFrom('MODE', 'A_1'), fc.constantFrom('', '0o17', 'a\nb', '\ufeff'), {
        noNullPrototype: true,
      }),
      fc.constantFrom<Record<string, string>[]>(
        { mode: '' },
        { WEFT_DRAIN: '1s' },
        { A: '\ud800' },
        { A: 'a\0' },
      ),
    ),
    secrets: mostly(
      fc.constantFrom([{ secret: 's', key: 'k' }], []),
      fc.constantFrom(
        [{ secret: 'a-store', key: 'k' }],
        [{ secret: 'S', key: '../..' }],
        [{ secret: 's', key: 'a/b' }],
      ),
    ),
    versions: mostly(
      fc.constantFrom(
        [{ name: 'v1', weight: 100 }],
        [
          { name: 'v1', weight: 50 },
          { name: 'b-v1', weight: 50 },
        ],
      ),
      fc.constantFrom(
        [{ name: '', weight: 100 }],
        [{ name: '-1', weight: 100 }],
        [{ name: 'v1', weight: 50 }],
        [],
      ),
    ),
  },
  { requiredKeys: ['name', 'serves'] },
);
const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(1)), { maxLength: 2 });
const graph = fc.record({
  namespace: mostly(
    fc.constant('shop'),
    fc.constantFrom('', 'Shop', 'kube-system', 'default', 'a'.repeat(64)),
  ),
  services: mostly(
    fc.uniqueArray(service, { minLength: 1, maxLength: 5, selector: (one) => one.name }),
    fc.array(service, { minLength: 2, maxLength: 5 }),
  ),
  topics: fc.array(name, { maxLength: 2 }),
  calls: fc.array(fc.tuple(fc.nat(4), fc.nat(4), name), { maxLength: 2 }),
  publishes: pairs,
  consumes: fc.oneof(fc.constant([]), pairs),
  environment: fc.record(
    {
      layer: fc.constantFrom('mesh' as const, 'app' as const),
      broker: fc.constantFrom('postgres' as const, 'kafka' as const, 'rabbitmq' as const),
      imagePrefix: mostly(
        fc.constantFrom('', 'test/', 'registry.test:5000/a/'),
        fc.constantFrom('Test/', 'a//', ':'),
      ),
      imageTag: mostly(fc.constantFrom('1', '0o17'), fc.constantFrom('-1', '', 'a b')),
      postgres: mostly(
        fc.constant('db.test:5432'),
        fc.constantFrom('db.test', 'DB.test:5432', 'db.test:0', ':1'),
      ).map((address) => ({ address })),
      sizeOverrides: mostly(
        fc.constant({}),
        fc.dictionary(name, fc.record({ minReplicas: fc.constantFrom(0, 1, 2) }), {
          maxKeys: 1,
          noNullPrototype: true,
        }),
      ),
    },
    { requiredKeys: [] },
  ),
});
type Graph = typeof graph extends fc.Arbitrary<infer Value> ? Value : never;

/** Synthesizes a graph as the command does. */
function synthesize({ namespace, environment, ...parts }: Graph): {
  problems: readonly Problem[];
  objects: number;
} {
  const app = new App();
  const all: Environment = { ...ENVIRONMENT, kafka: 'in-cluster', rabbitmq: 'in-cluster', ...environment };
  const platform = new Platform(app, 'small', { namespace, environment: all });
  const topics = parts.topics.map(
    (one) => new Topic(platform, one, { messageTypes: [{ $type: 'test.v1.ItemChanged' }] }),
  );
  const services = parts.services.map(({ name, serves, edge, ...props }) => {
    const token = {
      issuer: 'https://issuer.test',
      audience: 'small',
      jwksPath: '/k',
      roles: ['admin', 'clerk'],
    };
    const keys = { method: 'GET', path: '/k', handler: 'keys', access: 'public' } as const;
    return new Service(platform, name, {
      ...props,
      ...(serves && { serves: ITEMS }),
      ...(edge && {
        edge: {
          hosts: [edge.host],
          token,
          routes: [keys, ...edge.routes.map((one, index) => ({ ...one, handler: `handle${index}` }))],
        },
      }),
    }) as Service<typeof ITEMS>;
  });
  for (const [caller, callee, name] of parts.calls) {
    const [from, to] = [services[caller], services[callee]];
    if (from && to) from.calls(to, ['get'], POLICY, name);
  }
  for (const [index, topic] of parts.publishes)
    if (topics[topic]) services[index]?.publishesTo(topics[topic]);
  for (const [index, topic] of parts.consumes)
    if (topics[topic]) services[index]?.consumesFrom(topics[topic]);

  const problems = checkGraph(platform);
  if (problems.length > 0) return { problems, objects: 0 };
  compile(platform);
  const outside = [...platform.services.flatMap(secretFiles), ...addDataServers(platform, 1)];
  const manifests = resolveManifests(app);
  const manifestProblems = checkManifests(manifests, { outside });
  if (manifestProblems.length === 0) new YamlWriter().stringify(manifests.map(({ object }) => object));
  return { problems: manifestProblems, objects: manifests.length };
}

test('synthesizes valid manifests of any graph, or reports problems with a path and a rule', () => {
  let objectCount = 0;
  const rules = new Set<string>();
  fc.assert(
    fc.property(graph, (one) => {
      const { problems, objects } = synthesize(one);
      objectCount += objects;
      for (const { path, rule, message } of problems) {
        rules.add(rule);
        if (!path || !/^[a-z]+\/[a-zA-Z-]+$/.test(rule) || message === '') {
          throw new Error(JSON.stringify({ path, rule, message }));
        }
      }
      // All other rules must report their problems in the graph, before it is compiled.
      const late = problems.filter(
        ({ rule }) => objects > 0 && !['name/unique', 'manifest/text'].includes(rule),
      );
      if (late.length > 0) throw new Error(JSON.stringify(late));
    }),
    { numRuns: propertyRuns(100) },
  );
  expect(objectCount).toBeGreaterThan(0);
  expect(rules.size).toBeGreaterThan(10);
});
