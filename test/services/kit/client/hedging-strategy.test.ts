import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { StartAttempt } from '../../../../services/kit/client/call-attempt.ts';
import { type CallFailure, grpcError } from '../../../../services/kit/client/call-failure.ts';
import { CallLayer } from '../../../../services/kit/client/call-layer.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { OutgoingCall } from '../../../../services/kit/client/outgoing-call.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';

const HOUR_MS = 3_600_000;
const METHOD = { path: '/b/C', isIdempotent: true };
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Makes a hedged call whose attempts fail in turn as `ends` says: with a pushback, after 10 s, or never. */
function hedge(
  timeout: '60s' | '2h',
  ends: readonly (CallFailure['pushbackMs'] | 'hangs' | 'slow')[],
  signal?: AbortSignal,
) {
  const decisions: PolicyDecision[] = [];
  const live = new LivePolicy({ timeout, hedging: { maxAttempts: 4, delay: '1s' } });
  const observe = (decision: PolicyDecision) => decisions.push(decision);
  const layer = new CallLayer(live, { callee: 'b', observe, isConnected: () => true });
  const tries = { made: 0, cancelled: 0 };
  const attempt: StartAttempt<string> = (one) => {
    const end = ends[tries.made++];
    const cancel = () => {
      tries.cancelled++;
    };
    if (end === 'hangs') return { response: new Promise<string>(() => {}), cancel };
    const code = status.UNAVAILABLE;
    const error = grpcError(code, 'on purpose');
    one.failure = { kind: 'answered', code, ...(end !== 'slow' && end !== undefined && { pushbackMs: end }) };
    if (end !== 'slow') return { response: Promise.reject(error), cancel };
    return { response: new Promise<string>((_, reject) => setTimeout(() => reject(error), 10_000)), cancel };
  };
  const outgoing = new OutgoingCall('a', layer.timeoutMs, signal && { signal });
  const ended: unknown[] = [];
  layer.run(outgoing, METHOD, attempt).catch((error: unknown) => ended.push(error));
  return { ended, decisions, tries };
}

const GIVEN_UP = [expect.objectContaining({ code: status.CANCELLED })];

test('a call ends at once if the pushback exceeds its deadline', async () => {
  const { ended, decisions, tries } = hedge('60s', [HOUR_MS]);
  await jest.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([expect.objectContaining({ code: status.UNAVAILABLE })]);
  expect(decisions).toMatchObject([{ kind: 'not-retried', reason: 'deadline' }]);
  expect(tries.made).toBe(1);
});

test('a cancelled call ends at once while it waits for its next attempt', async () => {
  const controller = new AbortController();
  const { ended, tries } = hedge('2h', [HOUR_MS], controller.signal);
  await jest.advanceTimersByTimeAsync(1);
  expect(ended).toEqual([]);
  controller.abort();
  await jest.advanceTimersByTimeAsync(0);
  expect(ended).toEqual(GIVEN_UP);
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  expect(tries.made).toBe(1);
});

test('a cancelled call cancels all its attempts', async () => {
  const controller = new AbortController();
  const { ended, tries } = hedge('2h', ['hangs', 'hangs', 'hangs'], controller.signal);
  await jest.advanceTimersByTimeAsync(1_000);
  controller.abort();
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  expect(ended).toEqual(GIVEN_UP);
  expect(tries).toEqual({ made: 2, cancelled: 2 });
});

test.each<[string, CallFailure['pushbackMs'], string]>([
  ['no more tries', 'never', 'push-back'],
  ['none before the deadline', HOUR_MS, 'deadline'],
])('a pushback of %s stops hedging while another attempt is open', async (_, pushback, reason) => {
  const { ended, decisions, tries } = hedge('60s', ['slow', pushback]);
  await jest.advanceTimersByTimeAsync(9_999);
  expect(ended).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(ended).toHaveLength(1);
  expect(tries.made).toBe(2);
  expect(decisions).toMatchObject([{ kind: 'hedged' }, { kind: 'not-retried', reason }]);
});

test('the next attempt follows after the pushback', async () => {
  const { tries } = hedge('60s', [20_000, 'hangs']);
  await jest.advanceTimersByTimeAsync(19_999);
  expect(tries.made).toBe(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(tries.made).toBe(2);
});
