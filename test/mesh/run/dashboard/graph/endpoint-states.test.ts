import { describe, expect, test } from '@jest/globals';
import { counter, decision, metrics, NOW, traces } from '../otlp-requests.ts';
import { clientSpan, observeCalls } from './observed-calls.ts';

const ENDPOINT = { 'weft.endpoint': '127.0.0.1:7' };
const breaker = (state: string, time: number) =>
  traces('order', [clientSpan({ events: [decision('breaker', { 'weft.detail': state }, time)] })]);
const eject = (kind = 'ejected') => traces('order', [clientSpan({ events: [decision(kind, ENDPOINT)] })]);

describe('an ejected endpoint', () => {
  test('is shown until its ejection ends, which is longer each time', () => {
    const { add, call } = observeCalls();
    const ejected = (time: number) => call('order/payments', time)?.ejectedEndpoints;
    add(eject());
    expect(ejected(NOW + 19_999)).toEqual(['127.0.0.1:7']);
    expect(ejected(NOW + 20_000)).toEqual([]);
    add(eject(), NOW + 30_000);
    expect(ejected(NOW + 69_999)).toEqual(['127.0.0.1:7']);
    expect(ejected(NOW + 70_000)).toEqual([]);
  });

  test('is no longer shown once it is returned', () => {
    const { add, call } = observeCalls();
    add(eject());
    add(eject('returned'));
    expect(call('order/payments')?.ejectedEndpoints).toEqual([]);
  });
});

describe('the state of a breaker', () => {
  test('is that of the latest event, whatever the order of arrival', () => {
    const { add, call } = observeCalls();
    add(breaker('half-open', NOW + 2));
    add(breaker('open', NOW + 1));
    expect(call('order/payments')?.breaker).toBe('half-open');
    add(breaker('closed', NOW + 3));
    expect(call('order/payments')?.breaker).toBe('closed');
  });

  test('is that of an event, and not of a metric that was exported later', () => {
    const { add, call } = observeCalls();
    add(breaker('half-open', NOW + 2_000));
    const labels = { weft_call: 'payments', weft_decision: 'breaker', weft_detail: 'open' };
    add(
      metrics('order', [
        counter('weft_call_policy_total', [{ labels, start: NOW, value: 1, time: NOW + 3_000 }]),
      ]),
    );
    expect(call('order/payments')?.breaker).toBe('half-open');
  });

  test('is not changed by an unknown state', () => {
    const { add, call } = observeCalls();
    add(breaker('confused', NOW));
    expect(call('order/payments')?.breaker).toBe('closed');
  });
});
