import { describe, expect, test } from '@jest/globals';
import { decision, NOW, span, traces } from '../otlp-requests.ts';
import { clientSpan, observeCalls } from './observed-calls.ts';

const times = (count: number, create: () => object) => Array.from({ length: count }, create);

describe('a call of the graph', () => {
  test('without requests is marked as unused', () => {
    expect(observeCalls().view().calls).toMatchObject([
      { id: 'gateway/orders', observed: false, marks: ['unused'], p50Ms: null, requests: 0, errorRatio: 0 },
      { id: 'order/payments', observed: false, marks: ['unused'], breaker: 'closed' },
    ]);
  });

  test('has the requests, errors, rate and percentiles of its spans', () => {
    const { add, call } = observeCalls();
    add(
      traces(
        'order',
        times(30, () => clientSpan({ durationMs: 100 })),
      ),
    );
    add(
      traces(
        'order',
        times(10, () => clientSpan({ durationMs: 1_000, isError: true })),
      ),
    );
    const { p50Ms, p99Ms, ...view } = call('order/payments') ?? {};
    expect(view).toMatchObject({
      requests: 40,
      errors: 10,
      marks: [],
      errorRatio: 0.25,
      ratePerSecond: 40 / 60,
    });
    expect(p50Ms).toBeGreaterThan(80);
    expect(p50Ms).toBeLessThan(120);
    expect(p99Ms).toBeGreaterThan(800);
    expect(p99Ms).toBeLessThan(1_200);
  });

  test('has rates and percentiles of the last minute, and totals of the whole run', () => {
    const { add, call } = observeCalls();
    add(traces('order', [clientSpan()]));
    expect(call('order/payments', NOW + 50_000)).toMatchObject({ requests: 1, ratePerSecond: 1 / 60 });
    expect(call('order/payments', NOW + 70_000)).toMatchObject({
      requests: 1,
      ratePerSecond: 0,
      p50Ms: null,
      marks: [],
    });
  });

  test.each([
    [4, 10, []],
    [5, 24, ['over-retrying']],
    [5, 25, []],
  ])('with %i retries of %i requests has the marks %j', (retries, requests, marks) => {
    const { add, call } = observeCalls();
    const attempts = { 'weft.call.attempts': 2 };
    add(
      traces(
        'order',
        times(retries, () => clientSpan({ attributes: attempts })),
      ),
    );
    add(
      traces(
        'order',
        times(requests - retries, () => clientSpan()),
      ),
    );
    expect(call('order/payments')).toMatchObject({ requests, retries, recentRetries: retries, marks });
  });

  test('has errors only of statuses that count against its objective', () => {
    const { add, call } = observeCalls();
    for (const status of ['NOT_FOUND', 'OK', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'])
      add(traces('order', [clientSpan({ isError: true, attributes: { 'rpc.status_code': status } })]));
    expect(call('order/payments')).toMatchObject({ requests: 4, errors: 2 });
  });

  test('is recognized by the older attributes rpc.service and rpc.method', () => {
    const { add, call } = observeCalls();
    add(
      traces('order', [
        span({ kind: 3, attributes: { 'rpc.service': 'test.v1.Payment', 'rpc.method': 'Pay' } }),
      ]),
    );
    expect(call('order/payments')?.requests).toBe(1);
  });

  test('has its decisions by kind, most frequent first', () => {
    const { add, call } = observeCalls();
    const retried = decision('retried', { 'weft.detail': 'UNAVAILABLE', 'weft.policy.field': 'retries.on' });
    const limited = decision('limited', {
      'weft.detail': 'requests',
      'weft.policy.field': 'limits.requests',
    });
    add(traces('order', [clientSpan({ events: [limited, retried] }), clientSpan({ events: [retried] })]));
    expect(call('order/payments')).toMatchObject({
      retries: 2,
      decisions: [
        { kind: 'retried', detail: 'UNAVAILABLE', field: 'retries.on', count: 2 },
        { kind: 'limited', detail: 'requests', field: 'limits.requests', count: 1 },
      ],
    });
  });
});

describe('a call that the graph does not declare', () => {
  test('is marked, as its client sees it', () => {
    const { add, view } = observeCalls();
    add(traces('gateway', [clientSpan({ attributes: { 'weft.callee': 'payment' } })]));
    expect(view().calls.at(-1)).toMatchObject({
      id: 'gateway/payment?',
      name: null,
      declared: false,
      policy: null,
      breaker: null,
      methods: ['test.v1.Payment/Pay'],
      marks: ['undeclared'],
    });
  });

  test('is marked, as its server sees it, and its caller is a service of the graph', () => {
    const { add, view } = observeCalls();
    const attributes = { 'rpc.method': 'test.v1.Payment/Pay', 'weft.caller': 'intruder' };
    add(traces('payment', [span({ kind: 2, attributes })]));
    expect(view().calls.at(-1)).toMatchObject({
      id: 'intruder/payment?',
      requests: 1,
      marks: ['undeclared'],
    });
    expect(view().services.at(-1)).toMatchObject({ name: 'intruder', declared: false });
  });

  test('is counted once if both sides see it', () => {
    const { add, call } = observeCalls();
    add(traces('gateway', [clientSpan({ attributes: { 'weft.callee': 'payment' } })]));
    const attributes = { 'rpc.method': 'test.v1.Payment/Pay', 'weft.caller': 'gateway' };
    add(traces('payment', [span({ kind: 2, attributes })]));
    expect(call('gateway/payment?')?.requests).toBe(1);
  });

  test.each(['', 'unknown'])(
    "is not that of the caller '%s', which the server could not authorize",
    (caller) => {
      const { add, view } = observeCalls();
      const attributes = { 'rpc.method': 'test.v1.Payment/Pay', 'weft.caller': caller };
      add(traces('payment', [span({ kind: 2, attributes })]));
      expect(view().calls).toHaveLength(2);
    },
  );

  test('of thousands of names costs a bounded amount of memory', () => {
    const { add, view } = observeCalls();
    for (let at = 0; at < 3_000; at++) {
      const attributes = { 'rpc.method': `test.v1.Payment/${at}`, 'weft.caller': `client-${at}` };
      add(traces('payment', [span({ kind: 2, attributes })]));
      add(traces('order', [clientSpan({}, `test.v1.Payment/Other${at}`)]));
    }
    const { calls, services } = view();
    expect(calls.length).toBeLessThanOrEqual(1_002);
    expect(services.length).toBeLessThanOrEqual(1_003);
    expect(calls.find(({ id }) => id === 'order/payment?')?.methods).toHaveLength(100);
  });
});
