import { describe } from '@jest/globals';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic } from '../../../mesh/graph/topic.ts';
import { type GraphCase, TOPIC, testGraphCases } from './graph-case.ts';
import { ITEMS, POLICY } from './small-platform.ts';

const CASES: readonly GraphCase[] = [
  {
    title: 'a service name that begins with a digit',
    build: (p) => new Service(p, '1st'),
    expected: ['service/name', "'1st'"],
  },
  {
    title: 'a service name of 64 letters',
    build: (p) => new Service(p, 'a'.repeat(64)),
    expected: ['service/name', '63'],
  },
  { title: 'a service name with dashes', build: (p) => new Service(p, 'a-b-1') },
  {
    title: 'a topic name with a space',
    build: (p) => new Topic(p, 'a b', TOPIC),
    expected: ['topic/name', "'a b'"],
  },
  {
    title: 'version weights that add up to 99',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 99 }] }),
    expected: ['service/versions', 'add up to 99'],
  },
  {
    title: 'a version weight that is not a whole number',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 99.5 },
          { name: 'v2', weight: 0.5 },
        ],
      }),
    expected: ['service/versions', 'weight 99.5'],
  },
  {
    title: 'a canary objective that requires a new version to be faster',
    build: (p) =>
      new Service(p, 'c', { canaryObjective: { maxErrorRateIncrease: 1, maxP99Ratio: 0.9, p99Slack: '0s' } }),
    expected: ['service/canary-objective', 'canaryObjective.maxP99Ratio is 0.9'],
  },
  {
    title: 'a canary objective without a unit',
    build: (p) =>
      new Service(p, 'c', {
        canaryObjective: { maxErrorRateIncrease: 101, maxP99Ratio: 1, p99Slack: '5' as '5ms' },
      }),
    expected: ['service/canary-objective', "canaryObjective.p99Slack is '5'"],
  },
  {
    title: 'a service-level objective of 100 %, which leaves no error budget',
    build: (p) => new Service(p, 'c', { serviceLevel: { availabilityPercent: 100 } }),
    expected: ['service/service-level-objective', 'serviceLevel.availabilityPercent is 100'],
  },
  {
    title: 'a latency threshold between two buckets of the histogram',
    build: (p) => new Service(p, 'c', { serviceLevel: { latencyThreshold: '300ms' } }),
    expected: ['service/service-level-objective', /latencyThreshold is '300ms'.* 250, 500,/],
  },
  {
    title: 'a window of service-level objectives that is not 28 or 30 days',
    build: (p) => new Service(p, 'c', { serviceLevel: { windowDays: 7 as 28 } }),
    expected: ['service/service-level-objective', 'windowDays is 7'],
  },
  {
    title: 'a service-level objective with a threshold at a bucket',
    build: (p) => new Service(p, 'c', { serviceLevel: { latencyThreshold: '0.25s', windowDays: 28 } }),
  },
  {
    title: 'a metric that is not declared',
    build: (p) => new Service(p, 'c', { ownMetrics: ['weft_typo_total' as 'weft_dead_letters'] }),
    expected: ['service/metrics', "'weft_typo_total' is not declared"],
  },
  {
    title: 'a lifecycle with a label that its counter does not have',
    build: (p) =>
      new Service(p, 'c', {
        lifecycle: {
          noun: 'carts',
          metric: 'weft_order_transitions_total',
          label: 'state',
          states: { open: 'start', paid: 'succeeded' },
        },
      }),
    expected: ['service/metrics', "lifecycle.label is 'state'"],
  },
  {
    title: 'admission limits for existing callers',
    build: (p) => {
      const callee = new Service(p, 'c', {
        serves: ITEMS,
        admission: { rates: { web: { perSecond: 5, burst: 1 }, '*': { perSecond: 1, burst: 1 } } },
      });
      p.web.calls(callee, ['get'], POLICY);
    },
  },
  {
    title: 'admission limits for a service that does not call',
    build: (p) =>
      new Service(p, 'c', {
        admission: { concurrency: { minLimit: 1, maxLimit: 2, lowPriority: ['unknown'] } },
      }),
    expected: ['service/admission', "admission names 'unknown', which does not call c"],
  },
  {
    title: 'an admission rate of 0',
    build: (p) => new Service(p, 'c', { admission: { rates: { '*': { perSecond: 0, burst: 1 } } } }),
    expected: ['service/admission', 'admission.rates.*.perSecond is 0'],
  },
  {
    title: 'an admission concurrency with minimum above maximum',
    build: (p) => new Service(p, 'c', { admission: { concurrency: { minLimit: 5, maxLimit: 2 } } }),
    expected: ['service/admission', 'admission.concurrency.minLimit is 5 and maxLimit 2'],
  },
  {
    title: 'a canary objective that allows no regression',
    build: (p) =>
      new Service(p, 'c', { canaryObjective: { maxErrorRateIncrease: 0, maxP99Ratio: 1, p99Slack: '0s' } }),
  },
  {
    title: 'an empty list of versions',
    build: (p) => new Service(p, 'c', { versions: [] }),
    expected: ['service/versions', 'versions is empty'],
  },
  {
    title: 'a version name in capitals',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'V1', weight: 100 }] }),
    expected: ['service/versions', "'c-V1'"],
  },
  {
    title: 'two versions of the same name',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v', weight: 50 },
          { name: 'v', weight: 50 },
        ],
      }),
    expected: ['service/versions', 'two versions'],
  },
  {
    title: 'a store whose role another service has for its topics',
    build: (p) => new Service(p, 'front-events', { hasStore: true }),
    expected: ['store/shared', "role 'front_events'"],
  },
  {
    title: 'a store named like the database of topics',
    build: (p) => new Service(p, 'events', { hasStore: true }),
    expected: ['store/shared', "database 'events'"],
  },
  {
    title: 'a version setting in lower case',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, settings: { mode: 'x' } }] }),
    expected: ['service/settings', "'mode'"],
  },
  {
    title: 'a version header with a space',
    build: (p) =>
      new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, header: { name: 'x y', value: '' } }] }),
    expected: ['service/version-requests', "'x y'"],
  },
  {
    title: 'the same header for two versions',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, header: { name: 'x', value: '1' } },
          { name: 'v2', weight: 0, header: { name: 'x', value: '1' } },
        ],
      }),
    expected: ['service/version-requests', "'v1' and 'v2'"],
  },
  {
    title: 'one header with a different value per version',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, header: { name: 'x', value: '1' }, mirrorPercent: 100 },
          { name: 'v2', weight: 0, header: { name: 'x', value: '2' } },
        ],
      }),
  },
  {
    title: 'a mirrorPercent of 101',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, mirrorPercent: 101 }] }),
    expected: ['service/version-requests', "mirrorPercent of 'v1' is 101"],
  },
  {
    title: 'mirroring to two versions',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, mirrorPercent: 1 },
          { name: 'v2', weight: 0, mirrorPercent: 1 },
        ],
      }),
    expected: ['service/version-requests', "'v1' and 'v2' have mirrorPercent"],
  },
  {
    title: 'a setting in lower case',
    build: (p) => new Service(p, 'c', { settings: { mode: 'x' } }),
    expected: ['service/settings', "'mode'"],
  },
  {
    title: 'a setting that the compiler reserves',
    build: (p) => new Service(p, 'c', { settings: { WEFT_DRAIN: '1s' } }),
    expected: ['service/settings', 'WEFT_DRAIN'],
  },
  {
    title: 'a proxy count that the environment already sets',
    build: (p) => new Service(p, 'c', { settings: { WEFT_PROXY_HOPS: '9' } }),
    expected: ['service/settings', 'WEFT_PROXY_HOPS'],
  },
  {
    title: 'a secret with the file name of the store password',
    build: (p) =>
      new Service(p, 'c', { hasStore: true, secrets: [{ secret: 'mine', key: 'store-password' }] }),
    expected: ['service/secrets', "'c-store' and 'mine'"],
  },
  {
    title: 'a secret key with a slash',
    build: (p) => new Service(p, 'c', { secrets: [{ secret: 'mine', key: '../x' }] }),
    expected: ['service/secrets', "'../x'"],
  },
  {
    title: 'a secret name in capitals',
    build: (p) => new Service(p, 'c', { secrets: [{ secret: 'MINE', key: 'x' }] }),
    expected: ['service/secrets', "'MINE'"],
  },
  {
    title: 'an edge without a public route for its keys',
    build: (p) =>
      new Service(p, 'c', {
        edge: {
          hosts: ['h.test'],
          token: { issuer: 'i', audience: 'a', jwksPath: '/k', roles: [] },
          routes: [],
        },
      }),
    expected: ['edge/token', "'/k'"],
  },
  {
    title: 'an edge with two routes that differ only in parameter names',
    build: (p) =>
      new Service(p, 'c', {
        edge: {
          hosts: ['h.test'],
          token: { issuer: 'i', audience: 'a', jwksPath: '/k', roles: [] },
          routes: [
            { method: 'GET', path: '/k', handler: 'keys', access: 'public' },
            { method: 'GET', path: '/x/{id}', handler: 'one', access: 'token' },
            { method: 'GET', path: '/x/{name}', handler: 'other', access: 'token' },
          ],
        },
      }),
    expected: ['edge/routes', 'match the same requests'],
  },
  {
    title: 'an edge without hosts and with a route without a slash',
    build: (p) =>
      new Service(p, 'c', {
        edge: {
          hosts: [],
          token: { issuer: 'i', audience: 'a', jwksPath: 'k', roles: [] },
          routes: [{ method: 'GET', path: 'k', handler: 'keys', access: 'public' }],
        },
      }),
    expected: ['edge/hosts', 'no hosts'],
  },
  {
    title: 'a consumed topic without a publisher',
    build: (p) => p.web.consumesFrom(new Topic(p, 't', TOPIC)),
    expected: ['topic/publisher', 'web'],
  },
  { title: 'a topic without consumers', build: (p) => p.web.publishesTo(new Topic(p, 't', TOPIC)) },
];

describe('reports the violated rule, if any, for', () => testGraphCases(CASES));
