import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { compile } from '../../../mesh/compile/compile.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic } from '../../../mesh/graph/topic.ts';
import { ENVIRONMENT, ITEMS, POLICY, SmallPlatform } from './small-platform.ts';

const TOPIC = { messageTypes: [{ $type: 'test.v1.ItemChanged' }] } as const;

function problemsOf(build: (platform: SmallPlatform) => unknown, environment: Partial<Environment> = {}) {
  const platform = new SmallPlatform(environment);
  build(platform);
  return checkGraph(platform).map(({ rule, message }) => `${rule}: ${message}`);
}

describe('rejects a service with a store named', () => {
  test.each([
    ['public', "are 'public': Postgres reserves this name"],
    ['none', "are 'none': Postgres reserves this name"],
    ['template0', "are 'template0': Postgres reserves this name"],
    ['template1', "are 'template1': Postgres reserves this name"],
    ['pg-cache', "are 'pg_cache': Postgres reserves names that begin with pg_"],
  ])('%s', (name, message) => {
    expect(problemsOf((p) => new Service(p, name, { hasStore: true }))).toEqual([
      expect.stringMatching(/^store\/name: .*; rename the service$/),
    ]);
    expect(problemsOf((p) => new Service(p, name, { hasStore: true }))[0]).toContain(message);
    expect(problemsOf((p) => new Service(p, name))).toEqual([]);
  });

  test.each(['pga', 'user', 'order', 'public-api', 'information-schema'])(
    'but accepts one named %s',
    (name) => {
      expect(problemsOf((p) => new Service(p, name, { hasStore: true }))).toEqual([]);
    },
  );
});

test('rejects a service name that Postgres would truncate in the names of row-level security policies', () => {
  const problemsFor = (length: number, broker: Environment['broker']) =>
    problemsOf((p) => new Service(p, 'a'.repeat(length), { hasStore: true }).publishesTo(p.topic), {
      broker,
      rabbitmq: 'in-cluster',
    });
  expect(problemsFor(49, 'postgres')).toEqual([]);
  expect(problemsFor(50, 'postgres')).toEqual([
    expect.stringMatching(
      /^store\/name: .*_events_insert has 64 bytes: Postgres truncates names to 63; shorten .* by 1$/,
    ),
  ]);
  expect(problemsFor(50, 'rabbitmq').filter((one) => one.startsWith('store/'))).toEqual([]);
});

describe('rejects a service named', () => {
  test.each([
    ['default', 'every namespace has a ServiceAccount of this name'],
    ['default-deny', 'the policies that deny all other traffic have this name'],
    ['monitoring', 'the policies that admit monitoring have this name'],
    ['constructor', 'every JavaScript object has a member of this name'],
    ['postgres', 'names that begin with postgres are reserved for the server'],
    ['postgres-service', 'names that begin with postgres are reserved for the server'],
    ['kafka', 'names that begin with kafka'],
    ['rabbitmq-setup', 'names that begin with rabbitmq'],
    ['base', 'the library creates an object of this id'],
    ['telemetry', 'the library creates an object of this id'],
    ['', 'use at most 63'],
    ['a.b', 'use at most 63'],
    ['é', 'use at most 63'],
  ])('%j', (name, change) => {
    const problems = problemsOf((p) => new Service(p, name), {
      versions: {},
      sizeOverrides: {},
      imageTagOverrides: {},
    });
    expect(problems).toContainEqual(expect.stringMatching(`^service/name: the name is '${name}': ${change}`));
  });

  test.each([[['kafka.test:9092']], [['kafka-0.test:9092', 'kafka-1.test:9092']]])(
    'like any construct that the compiler creates in the platform: brokers %j',
    (addresses) => {
      const app = new App();
      const platform = new Platform(app, 'small', {
        environment: {
          ...ENVIRONMENT,
          broker: 'kafka',
          kafka: { addresses, networkCidr: '10.0.0.0/24' },
          postgres: { address: 'db.test:5432' },
          monitoring: { namespace: 'monitoring', labels: { app: 'p' }, serviceAccount: 'p' },
        },
      });
      const service = new Service(platform, 'a', { serves: ITEMS, hasStore: true });
      service.publishesTo(new Topic(platform, 't', TOPIC));
      compile(platform);
      const ids = platform.node.children
        .map(({ node }) => node.id)
        .filter((id) => id !== 'a' && id !== 'topic-t');
      expect(ids.length).toBeGreaterThan(5);
      for (const id of ids) {
        const problems = problemsOf((p) => new Service(p, id));
        expect(problems).toContainEqual(expect.stringContaining(`service/name: the name is '${id}'`));
      }
    },
  );
});

describe('reports duplicate names as a problem instead of an error of the constructs library', () => {
  test('for services', () => {
    expect(problemsOf((p) => [new Service(p, 'c'), new Service(p, 'c')])).toContain(
      "service/name: two services have the name 'c': rename one",
    );
  });

  test('for topics', () => {
    const problems = problemsOf((p) => [new Topic(p, 't', TOPIC), new Topic(p, 't', TOPIC)]);
    expect(problems).toEqual(["topic/name: two topics have the name 't': rename one"]);
  });

  test('for calls of one service', () => {
    const problems = problemsOf((p) => {
      p.web.calls(p.back, ['get'], POLICY, 'same');
      p.web.calls(p.back, ['add'], POLICY, 'same');
    });
    expect(problems).toEqual(["call/name: two calls of 'web' have the name 'same': rename one"]);
  });

  test('but allows a service and a topic of the same name, and a service named like a construct inside services', () => {
    const build = (p: SmallPlatform) => {
      const service = new Service(p, 'orders', { hasStore: true });
      service.publishesTo(new Topic(p, 'orders', TOPIC));
      new Service(p, 'config-map', { hasStore: true });
      new Topic(p, 'sidecar', TOPIC);
      compile(p);
    };
    expect(problemsOf(build)).toEqual([]);
  });
});

describe('rejects a platform in the namespace', () => {
  test.each(['default', 'istio-system', 'kube-system', 'kube-public', 'Shop', 'a.b', ''])(
    '%j',
    (namespace) => {
      const platform = new Platform(new App(), 'small', { namespace, environment: ENVIRONMENT });
      expect(checkGraph(platform)).toEqual([
        { path: 'small', rule: 'namespace/name', message: expect.stringContaining(`'${namespace}'`) },
      ]);
    },
  );
});

describe('rejects an environment with', () => {
  test.each<[Partial<Environment>, string]>([
    [{ imagePrefix: 'Test/' }, "environment/image: the image is 'Test/front:1'"],
    [
      { imagePrefix: 'https://registry.test/' },
      "environment/image: the image is 'https://registry.test/front:1'",
    ],
    [{ imagePrefix: 'test//' }, "environment/image: the image is 'test//front:1'"],
    [{ imageTag: '' }, "environment/image: the image is 'test/front:'"],
    [{ imageTag: '-1' }, "environment/image: the image is 'test/front:-1'"],
    [{ imageTag: 'a b' }, "environment/image: the image is 'test/front:a b'"],
    [{ imageTagOverrides: { front: 'x'.repeat(129) } }, 'environment/image: the image is'],
    [{ postgres: { address: 'db.test' } }, "postgres.address is 'db.test': use host:port"],
    [{ postgres: { address: 'postgres://db.test:5432' } }, 'use host:port'],
    [{ postgres: { address: 'db.test:0' } }, 'use a port from 1 to 65535'],
    [{ postgres: { address: 'db.test:65536' } }, 'use a port from 1 to 65535'],
    [{ postgres: { address: 'DB_1.test:5432' } }, 'use a DNS name in lower case'],
    [{ broker: 'rabbitmq', rabbitmq: { address: 'mq.test:99999' } }, 'use a port from 1 to 65535'],
  ])('%j', (environment, message) => {
    expect(problemsOf(() => undefined, environment).join('\n')).toContain(message);
  });

  test.each(['', 'registry.test:5000/a/b/', 'localhost/', 'docker.io/shop_1/'])(
    'but accepts the image prefix %j',
    (imagePrefix) => {
      expect(problemsOf(() => undefined, { imagePrefix })).toEqual([]);
    },
  );
});

test.each<[string, (p: SmallPlatform) => unknown, string]>([
  [
    'a version whose name is not a label',
    (p) => new Service(p, 'c', { versions: [{ name: '-1', weight: 100 }] }),
    "service/versions: version '-1' results in the name 'c--1'",
  ],
  [
    'a header with an empty value',
    (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, header: { name: 'x', value: '' } }] }),
    "service/version-requests: version 'v1' is selected by the value '' of x",
  ],
  [
    'a header value with a line break',
    (p) =>
      new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, header: { name: 'x', value: 'a\nb' } }] }),
    'use printable ASCII',
  ],
  [
    'the password of another service',
    (p) => new Service(p, 'c', { secrets: [{ secret: 'front-store', key: 'store-password' }] }),
    "service/secrets: the secret name 'front-store' is reserved for passwords of 'front'",
  ],
  [
    'a setting that the compiler reserves',
    (p) => new Service(p, 'c', { settings: { WEFT_DISCOVERY: 'static' } }),
    "service/settings: the setting 'WEFT_DISCOVERY'",
  ],
  [
    'a timeout above the longest timer of Node',
    (p) => p.web.calls(p.front, ['add'], { timeout: '600h' }, 'adds'),
    "policy/timeout: timeout is '600h': use at most 596h",
  ],
  [
    'a timeout below the minimum of Istio',
    (p) => p.web.calls(p.front, ['add'], { timeout: '0.5ms' }, 'adds'),
    "policy/timeout: timeout is '0.5ms': use at least 1 ms",
  ],
])('rejects %s', (_, build, message) => {
  expect(problemsOf(build).join('\n')).toContain(message);
});
