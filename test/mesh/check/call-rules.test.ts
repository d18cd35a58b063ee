import { describe } from '@jest/globals';
import { App } from 'cdk8s';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { type GraphCase, testGraphCases } from './graph-case.ts';
import { ENVIRONMENT, ITEMS, POLICY, RETRIES } from './small-platform.ts';

const CASES: readonly GraphCase[] = [
  {
    title: 'a proxyless call of a service with mesh calls',
    build: (p) => p.front.calls(p.back, ['load'], { timeout: 'none', layer: 'proxyless' }, 'back-loads'),
    expected: ['call/layer', "use 'proxyless' for all calls of a service, or for none"],
  },
  {
    title: 'a service with proxyless calls only',
    build: (p) =>
      new Service(p, 'c').calls(p.back, ['get'], { ...POLICY, layer: 'proxyless', approximation: 'accept' }),
  },
  {
    title: 'an ejection limit of one of four pods',
    build: (p) =>
      p.web.calls(
        p.front,
        ['add'],
        { ...POLICY, outlierDetection: { consecutiveErrors: 5, maxEjectionPercent: 25 } },
        'adds',
      ),
    expected: ['call/pair', 'outlierDetection differs'],
  },
  {
    title: 'an ejection limit of less than one pod',
    build: (p) =>
      p.web.calls(p.front, ['add'], { ...POLICY, outlierDetection: { consecutiveErrors: 5 } }, 'adds'),
    expected: [
      'policy/outlier-detection',
      'is 10 and front has at most 4 pods: no pod would ever be ejected; use at least 25',
    ],
  },
  {
    title: 'a call of a service to itself',
    build: (p) => p.back.calls(p.back, ['get'], POLICY),
    expected: ['call/itself', "'back'"],
  },
  {
    title: 'a callee without gRPC',
    build: (p) => p.back.calls(p.web, [], POLICY),
    expected: ['call/callee', "'web'"],
  },
  {
    title: 'a callee of another platform',
    build: (p) =>
      p.back.calls(
        new Service(new Platform(new App(), 'other', { environment: ENVIRONMENT }), 'far', { serves: ITEMS }),
        ['get'],
        POLICY,
      ),
    expected: ['call/platform', "'other'"],
  },
  {
    title: 'a call without methods',
    build: (p) => p.back.calls(p.front, [], POLICY),
    expected: ['call/methods', 'no methods'],
  },
  {
    title: 'a method that the callee lacks',
    build: (p) => p.back.calls(p.front, ['ad' as 'add'], POLICY),
    expected: ['call/methods', "did you mean 'add'?"],
  },
  {
    title: 'a method in two calls',
    build: (p) => p.web.calls(p.front, ['get'], POLICY, 'again'),
    expected: ['call/repeated-method', 'small/web/call-front'],
  },
  {
    title: 'an invalid policy',
    build: (p) => p.web.calls(p.back, ['get'], { timeout: '0s' }),
    expected: ['policy/timeout', "'0s'"],
  },
  {
    title: 'a unary method without a timeout',
    build: (p) => p.web.calls(p.back, ['get'], { timeout: 'none' }),
    expected: ['call/stream', 'Get is unary'],
  },
  {
    title: 'a stream with a timeout of 500 ms',
    build: (p) => p.web.calls(p.back, ['watch'], { timeout: '500ms' }),
    expected: ['call/stream', "'500ms'"],
  },
  {
    title: 'a request stream retried on conditions after its start',
    build: (p) => p.web.calls(p.back, ['load'], { timeout: '9s', retries: { max: 1, on: ['unavailable'] } }),
    expected: ['call/stream', 'cannot be sent again'],
  },
  {
    title: 'a request stream retried on connection failure only',
    build: (p) => p.web.calls(p.back, ['load'], { timeout: '9s', retries: RETRIES }),
  },
  {
    title: 'retries of a method that is not idempotent',
    build: (p) => p.web.calls(p.back, ['add'], { ...POLICY, retries: { max: 1, on: ['unavailable'] } }),
    expected: ['call/idempotency', 'unavailable repeat Add'],
  },
  {
    title: 'hedging of a method that is not idempotent',
    build: (p) => p.web.calls(p.back, ['add'], { ...POLICY, hedging: { maxAttempts: 2, delay: '1ms' } }),
    expected: ['call/idempotency', 'hedging repeats Add'],
  },
  {
    title: 'retries of an idempotent method',
    build: (p) => p.web.calls(p.back, ['get'], { ...POLICY, retries: { max: 1, on: ['unavailable'] } }),
  },
  {
    title: 'balancing weights for a missing version',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 1, v3: 1 } },
      }),
    expected: ['call/version-weights', "'v3'"],
  },
  {
    title: 'balancing weights for some versions only',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1 } },
      }),
    expected: ['call/version-weights', 'lacks v2'],
  },
  {
    title: 'balancing weights for all versions',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 3 } },
      }),
  },
  {
    title: 'different balancing in two mesh calls of a pair',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, balance: { kind: 'random' } }, 'adding'),
    expected: ['call/pair', 'balance differs from that of small/web/call-front'],
  },
  {
    title: 'limits in only one mesh call of a pair',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, limits: { requests: 5 } }, 'adding'),
    expected: ['call/pair', 'limits'],
  },
  {
    title: 'explicit default balancing',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, balance: { kind: 'round-robin' } }, 'adding'),
  },
  {
    title: 'an in-process call and a mesh call of the same pair',
    build: (p) =>
      p.web.calls(p.front, ['add'], { ...POLICY, layer: 'app', balance: { kind: 'random' } }, 'adding'),
    expected: ['call/pair', "is 'mesh', whose sidecar balances both"],
  },
  {
    title: 'different balancing in two in-process calls of a pair',
    build: (p) => {
      const callee = new Service(p, 'c', { serves: ITEMS });
      p.web.calls(callee, ['get'], { ...POLICY, layer: 'app' });
      p.web.calls(callee, ['add'], { ...POLICY, layer: 'app', balance: { kind: 'random' } }, 'adding');
    },
  },
  {
    title: 'a method that two layers retry',
    build: (p) => p.web.calls(p.front, ['get'], { ...POLICY, layer: 'app', retries: RETRIES }, 'again'),
    expected: [
      'retries/two-layers',
      /3 x 3 = 9 attempts of one call, 27 attempts of one request along web -> front -> back/,
    ],
  },
  {
    title: 'a cycle of calls that retry',
    build: (p) => p.back.calls(p.front, ['get'], { ...POLICY, retries: RETRIES }),
    expected: ['retries/cycle', /front -> back -> front.*9 attempts after one round, 81 after two/],
  },
  {
    title: 'a cycle with one call that does not retry',
    build: (p) => p.back.calls(p.front, ['get'], POLICY),
  },
];

describe('reports the violated rule, if any, for', () => testGraphCases(CASES));
