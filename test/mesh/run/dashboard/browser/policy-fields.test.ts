import { expect, test } from '@jest/globals';
import { decisionText } from '../../../../../mesh/run/dashboard/browser/graph/decision-text.ts';
import {
  countByField,
  decides,
  policyFields,
} from '../../../../../mesh/run/dashboard/browser/graph/policy-fields.ts';

const POLICY = {
  timeout: '1s',
  retries: { max: 2, on: ['unavailable', 'reset'], budget: { percent: 20, minConcurrency: 3 } },
};

test('lists the fields of a policy by their paths', () => {
  expect(policyFields(POLICY, [])).toEqual([
    { path: 'timeout', value: '1s', isDeclared: true },
    { path: 'retries.max', value: '2', isDeclared: true },
    { path: 'retries.on', value: 'unavailable, reset', isDeclared: true },
    { path: 'retries.budget.percent', value: '20', isDeclared: true },
    { path: 'retries.budget.minConcurrency', value: '3', isDeclared: true },
  ]);
});

test('adds a deciding field that the policy leaves at its default', () => {
  const fields = policyFields(POLICY, ['retries.budget', 'outlierDetection.baseEjectionTime', '']);
  expect(fields.filter(({ isDeclared }) => !isDeclared)).toEqual([
    { path: 'outlierDetection.baseEjectionTime', value: 'default', isDeclared: false },
  ]);
});

test('a decision concerns the field itself and its parts', () => {
  expect(decides('retries.budget', 'retries.budget.percent')).toBe(true);
  expect(decides('retries.on', 'retries.on')).toBe(true);
  expect(decides('retries.on', 'retries.once')).toBe(false);
  expect(decides('', 'timeout')).toBe(false);
});

test('counts decisions by field', () => {
  const counts = countByField([
    { kind: 'retried', detail: 'reset', field: 'retries.on', count: 2 },
    { kind: 'retried', detail: 'unavailable', field: 'retries.on', count: 3 },
  ]);
  expect([...counts]).toEqual([['retries.on', 5]]);
});

test.each([
  [
    { kind: 'retried', detail: 'reset', attempt: 1, endpoint: '10.0.0.1:80' },
    'retry 1 after a reset on 10.0.0.1:80',
  ],
  [{ kind: 'retried', detail: 'reset' }, 'retry after a reset'],
  [{ kind: 'not-retried', detail: 'budget' }, 'not retried: the retry budget was used up'],
  [{ kind: 'deadline', detail: 'perTryTimeout' }, 'perTryTimeout passed'],
  [{ kind: 'deadline', detail: 'caller' }, 'deadline of the caller passed'],
  [{ kind: 'ejected', detail: '', endpoint: 'a' }, 'endpoint ejected: a'],
  [{ kind: 'a-new-kind', detail: 'why' }, 'a-new-kind: why'],
])('describes %j as %s', (decision, text) => {
  expect(decisionText(decision)).toBe(text);
});
