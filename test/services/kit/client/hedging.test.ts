import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Attempt, CallLayer } from '../../../../services/kit/client/call-layer.ts';
import type { Decision } from '../../../../services/kit/client/decision.ts';
import { type Failure, grpcError } from '../../../../services/kit/client/failure.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { Outgoing } from '../../../../services/kit/client/outgoing.ts';

const HOUR_MS = 3_600_000;
const METHOD = { path: '/b/C', isIdempotent: true };
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A hedged call whose tries fail as `ends` says, by turns: with a push-back, after 10 s, or never. */
function hedge(
  timeout: '60s' | '2h',
  ends: readonly (Failure['pushBack'] | 'hangs' | 'slow')[],
  signal?: AbortSignal,
) {
  const decisions: Decision[] = [];
  const live = new LivePolicy({ timeout, hedging: { maxAttempts: 4, delay: '1s' } });
  const observe = (decision: Decision) => decisions.push(decision);
  const layer = new CallLayer(live, { callee: 'b', observe, isConnected: () => true });
  const tries = { made: 0, cancelled: 0 };
  const attempt: Attempt<string> = (one) => {
    const end = ends[tries.made++];
    const cancel = () => {
      tries.cancelled++;
    };
    if (end === 'hangs') return { answer: new Promise<string>(() => {}), cancel };
    const code = status.UNAVAILABLE;
    const error = grpcError(code, 'on purpose');
    one.failure = { how: 'answered', code, ...(end !== 'slow' && end !== undefined && { pushBack: end }) };
    if (end !== 'slow') return { answer: Promise.reject(error), cancel };
    return { answer: new Promise<string>((_, reject) => setTimeout(() => reject(error), 10_000)), cancel };
  };
  const outgoing = new Outgoing('a', layer.timeoutMs, signal && { signal });
  const ended: unknown[] = [];
  layer.run(outgoing, METHOD, attempt).catch((error: unknown) => ended.push(error));
  return { ended, decisions, tries };
}

const GIVEN_UP = [expect.objectContaining({ code: status.CANCELLED })];

test('a call whose callee wants the next try after the deadline ends at once, and says why', async () => {
  const { ended, decisions, tries } = hedge('60s', [HOUR_MS]);
  await jest.advanceTimersByTimeAsync(0);
  expect(ended).toEqual([expect.objectContaining({ code: status.UNAVAILABLE })]);
  expect(decisions).toMatchObject([{ kind: 'not-retried', because: 'deadline' }]);
  expect(tries.made).toBe(1);
});

test('a call that is given up while it waits for its next try ends at once', async () => {
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

test('a call that is given up leaves none of its tries', async () => {
  const controller = new AbortController();
  const { ended, tries } = hedge('2h', ['hangs', 'hangs', 'hangs'], controller.signal);
  await jest.advanceTimersByTimeAsync(1_000);
  controller.abort();
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  expect(ended).toEqual(GIVEN_UP);
  expect(tries).toEqual({ made: 2, cancelled: 2 });
});

test.each<[string, Failure['pushBack'], string]>([
  ['no more tries', 'never', 'push-back'],
  ['none before the deadline', HOUR_MS, 'deadline'],
])('a callee that wants %s gets none, though another has not answered yet', async (_, pushBack, because) => {
  const { ended, decisions, tries } = hedge('60s', ['slow', pushBack]);
  await jest.advanceTimersByTimeAsync(9_999);
  expect(ended).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(ended).toHaveLength(1);
  expect(tries.made).toBe(2);
  expect(decisions).toMatchObject([{ kind: 'hedged' }, { kind: 'not-retried', because }]);
});

test('a callee that wants its next try later gets it then', async () => {
  const { tries } = hedge('60s', [20_000, 'hangs']);
  await jest.advanceTimersByTimeAsync(19_999);
  expect(tries.made).toBe(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(tries.made).toBe(2);
});
