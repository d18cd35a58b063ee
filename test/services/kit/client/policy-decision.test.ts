import { afterEach, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { fieldOf, type PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const method = '/a.B/C';

test('names the field of the policy that decided', () => {
  const fields: readonly (readonly [PolicyDecision, string])[] = [
    [{ kind: 'ejected', endpoint: 'a', errors: 5 }, 'outlierDetection.consecutiveErrors'],
    [{ kind: 'returned', endpoint: 'a' }, 'outlierDetection.baseEjectionTime'],
    [
      { kind: 'retried', method, attempt: 1, endpoint: 'a', failure: 'reset', code: 14, waitMs: 1 },
      'retries.on',
    ],
    [{ kind: 'not-retried', method, reason: 'budget' }, 'retries.budget'],
    [{ kind: 'not-retried', method, reason: 'budget', isHedge: true }, 'hedging.budget'],
    [{ kind: 'not-retried', method, reason: 'concurrentRetries' }, 'limits.concurrentRetries'],
    [{ kind: 'not-retried', method, reason: 'deadline' }, 'timeout'],
    [{ kind: 'not-retried', method, reason: 'not-idempotent' }, 'retries.on'],
    [{ kind: 'not-retried', method, reason: 'retry-of-a-retry' }, 'retries.on'],
    [{ kind: 'not-retried', method, reason: 'push-back' }, ''],
    [{ kind: 'hedged', method, attempt: 1 }, 'hedging.delay'],
    [{ kind: 'limited', method, limit: 'requests' }, 'limits.requests'],
    [{ kind: 'fault', method, fault: 'abort' }, 'fault.abort'],
    [{ kind: 'breaker', state: 'open' }, 'breaker.failurePercent'],
    [{ kind: 'breaker', state: 'half-open' }, 'breaker.openTime'],
    [{ kind: 'broken', method }, 'breaker.failurePercent'],
    [{ kind: 'deadline', method, limit: 'timeout' }, 'timeout'],
    [{ kind: 'deadline', method, limit: 'perTryTimeout' }, 'retries.perTryTimeout'],
    [{ kind: 'deadline', method, limit: 'caller' }, ''],
  ];
  expect(fields.map(([decision]) => fieldOf(decision))).toEqual(fields.map(([, field]) => field));
});

const PER_TRY = { timeout: '1m', retries: { max: 1, on: ['unavailable'], perTryTimeout: '50ms' } } as const;

test.each([
  ['timeout', { timeout: '50ms' }, {}],
  ['perTryTimeout', PER_TRY, {}],
  ['caller', { timeout: '1m' }, { timeoutMs: 50 }],
] as const satisfies readonly (readonly [string, CallPolicy, object])[])(
  'reports the time limit %s that ended a call, once',
  async (limit, policy, call) => {
    const { address } = await world.serve({ getProduct: () => new Promise(() => {}) });
    const decisions: PolicyDecision[] = [];
    const client = world.client([address], { policy, observe: (decision) => decisions.push(decision) });
    await expect(client.getProduct({ id: 'x' }, call)).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(decisions).toEqual([
      { kind: 'deadline', method: '/weft.product.v1.ProductService/GetProduct', limit },
    ]);
  },
);
