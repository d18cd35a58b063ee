import { describe, expect, test } from '@jest/globals';
import { counter, histogram, metrics, NOW, traces } from '../otlp-requests.ts';
import { clientSpan, observeCalls, PAYMENT_LABELS } from './observed-calls.ts';

/** The metric of calls after some requests. @param start of the process */
function calls(requests: number, { start = NOW + 1_000, status = 'OK', instance = '1' } = {}): object {
  const labels = { ...PAYMENT_LABELS, rpc_status_code: status };
  return metrics(
    'order',
    [histogram('rpc_client_call_duration_seconds', [{ labels, start, bounds: [], counts: [requests] }])],
    instance,
  );
}

function decisions(kind: string, detail: string, count: number, start = NOW + 1_000): object {
  const labels = { weft_call: 'payments', weft_decision: kind, weft_detail: detail, weft_policy_field: 'f' };
  return metrics('order', [
    counter('weft_call_policy_total', [{ labels, start, value: count, time: start + count }]),
  ]);
}

describe('cumulative metrics of a call', () => {
  test('count the requests since the previous point', () => {
    const { add, call } = observeCalls();
    add(calls(10));
    add(calls(25));
    add(calls(25));
    expect(call('order/payments')).toMatchObject({ requests: 25, errors: 0 });
  });

  test('count from 0 again after a restart of the process, with the same or another instance', () => {
    const { add, call } = observeCalls();
    add(calls(10));
    add(calls(4));
    add(calls(3, { instance: '2', start: NOW + 9_000 }));
    expect(call('order/payments')?.requests).toBe(17);
  });

  test('do not count what a process did before the dashboard started', () => {
    const { add, call } = observeCalls();
    add(calls(1_000, { start: NOW - 60_000 }));
    expect(call('order/payments')).toMatchObject({ requests: 0, marks: ['unused'] });
    add(calls(1_005, { start: NOW - 60_000 }));
    expect(call('order/payments')).toMatchObject({ requests: 5, marks: [] });
  });

  test('count errors by their status', () => {
    const { add, call } = observeCalls();
    add(calls(10));
    add(calls(3, { status: 'UNAVAILABLE' }));
    add(calls(2, { status: 'NOT_FOUND' }));
    expect(call('order/payments')).toMatchObject({ requests: 15, errors: 3 });
  });

  test('and the spans of the same requests are not added up', () => {
    const { add, call } = observeCalls();
    add(traces('order', [clientSpan(), clientSpan()]));
    add(calls(10));
    expect(call('order/payments')?.requests).toBe(10);
  });

  test('count retries, by which a call is marked', () => {
    const { add, call } = observeCalls();
    add(calls(20));
    add(decisions('retried', 'UNAVAILABLE', 4));
    expect(call('order/payments')).toMatchObject({ retries: 4, marks: [] });
    add(decisions('retried', 'UNAVAILABLE', 5));
    expect(call('order/payments')).toMatchObject({
      retries: 5,
      marks: ['over-retrying'],
      decisions: [{ kind: 'retried', detail: 'UNAVAILABLE', field: 'f', count: 5 }],
    });
  });

  test('tell the state of the breaker', () => {
    const { add, call } = observeCalls();
    add(calls(1));
    add(decisions('breaker', 'open', 1));
    expect(call('order/payments')?.breaker).toBe('open');
    add(decisions('breaker', 'closed', 2));
    expect(call('order/payments')?.breaker).toBe('closed');
  });
});
