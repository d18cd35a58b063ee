import { setTimeout as delay } from 'node:timers/promises';
import { type LoadOutcome, sendLoad } from '../../operate/load/load.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';
import { injectFault } from './fault-client.ts';
import { createRequests } from './load-requests.ts';
import { percentiles } from './percentiles.ts';
import type { ContrastLayer, RunSecond, ScenarioRun } from './report.ts';
import { MAX_USEFUL_LATENCY_MS, type Scenario } from './scenario.ts';
import { takeSnapshot } from './snapshot.ts';
import { costOf, subtractSnapshots } from './snapshot-delta.ts';
import { warmUp } from './warm-up.ts';

const REQUEST_TIMEOUT_MS = 5_000;
/** Load before each run that is not measured: connections open and code is compiled. */
const WARM_UP_SECONDS = 2;
/** The gRPC methods that requests of the load lead to. Calls of other methods are not counted as attempts. */
const COUNTED_METHODS = ['GetProduct', 'ListNotifications', 'PlaceOrder', 'Reserve'];

/** Runs a scenario on a testbed, then removes the faults of its callee. */
export async function runScenario(
  scenario: Scenario,
  layer: ContrastLayer,
  testbed: ContrastTestbed,
  signal: AbortSignal,
): Promise<ScenarioRun> {
  const { requestsPerSecond, durationS, callee } = scenario;
  const request = await createRequests(scenario.traffic, testbed.ingressUrl);
  await warmUp(request, requestsPerSecond, WARM_UP_SECONDS, signal);
  const replicas = await testbed.replicas(callee);
  try {
    const faults = (await scenario.prepare?.(replicas)) ?? {};
    const outcomes: LoadOutcome[] = [];
    const before = await takeSnapshot(testbed);
    const start = performance.now();
    const waitUntil = (second: number) =>
      delay(Math.max(0, start + second * 1_000 - performance.now()), undefined, { signal });
    const [load, observation = {}] = await Promise.all([
      sendLoad({
        request,
        rate: requestsPerSecond,
        requests: requestsPerSecond * durationS,
        stop: signal,
        timeoutMs: REQUEST_TIMEOUT_MS,
        connections: 2_048,
        onEnd: (outcome) => outcomes.push(outcome),
      }),
      scenario.runDuringLoad?.(testbed, waitUntil),
    ]);
    signal.throwIfAborted();
    const after = await takeSnapshot(testbed);
    const { requests, services, decisions } = subtractSnapshots(before, after);
    const countAttempts = (counts: Readonly<Record<string, number>> = {}) =>
      COUNTED_METHODS.reduce((sum, method) => sum + (counts[method] ?? 0), 0);
    return {
      layer,
      sent: load.sent,
      ...summarizeOutcomes(outcomes, durationS),
      attemptsPerRequest: Object.fromEntries(
        [...services]
          .map(([service, counts]) => [service, countAttempts(counts) / load.sent] as const)
          .filter(([, attempts]) => attempts > 0),
      ),
      replicas: replicas.map(({ name }) => ({
        name,
        attempts: countAttempts(requests.get(name)),
        ...(faults[name] && { fault: faults[name] }),
      })),
      ...observation,
      decisions,
      application: costOf(before.application, after.application, load.sent),
      ...(after.proxies.length > 0 && { proxy: costOf(before.proxies, after.proxies, load.sent) }),
    };
  } finally {
    await Promise.all((await testbed.replicas(callee)).map((replica) => injectFault(replica, {})));
  }
}

/** Returns the part of a run that clients observe. */
function summarizeOutcomes(outcomes: readonly LoadOutcome[], durationS: number) {
  const isSuccess = ({ status }: LoadOutcome) => status !== undefined && status < 400;
  const statuses: Record<string, number> = {};
  for (const { status } of outcomes) statuses[status ?? 'none'] = (statuses[status ?? 'none'] ?? 0) + 1;
  const successes = outcomes.filter(isSuccess);
  const timeline: RunSecond[] = Array.from({ length: durationS }, (_, second) => {
    const due = outcomes.filter((outcome) => Math.floor(outcome.dueMs / 1_000) === second);
    const { p99 } = percentiles(due.map(({ durationMs }) => durationMs));
    const succeeded = due.filter(isSuccess).length;
    return { second, sent: due.length, succeeded, ...(due.length > 0 && { p99Ms: p99 }) };
  });
  return {
    succeeded: successes.length,
    goodputPerSecond:
      successes.filter(({ durationMs }) => durationMs <= MAX_USEFUL_LATENCY_MS).length / durationS,
    statuses,
    latencyMs: percentiles(outcomes.map(({ durationMs }) => durationMs)),
    timeline,
  };
}
