import { setTimeout as delay } from 'node:timers/promises';
import { type LoadOutcome, sendLoad } from '../../operate/load/load.ts';
import { costOf, differenceOf } from './difference.ts';
import { percentiles } from './percentiles.ts';
import type { Contrasted, Run, Second } from './report.ts';
import { type Scenario, USEFUL_MS } from './scenario.ts';
import type { Stage } from './stage.ts';
import { visitors } from './visitors.ts';

/** Milliseconds until a visitor gives up. */
const PATIENCE_MS = 5_000;
/** Seconds of the same load before anything counts: connections are made, code is compiled. */
const WARM_UP = 2;
/** What visitors ask for leads to these methods, whose requests are counted. */
const COUNTED = ['GetProduct', 'ListNotifications', 'PlaceOrder', 'Reserve'];

/** Plays a scenario on a stage, which is left well behaved. */
export async function play(
  scenario: Scenario,
  layer: Contrasted,
  stage: Stage,
  signal: AbortSignal,
): Promise<Run> {
  const { rate, seconds, callee } = scenario;
  const request = await visitors(scenario.traffic, stage.door);
  await sendLoad({ request, rate, requests: rate * WARM_UP, stop: signal });
  const replicas = await stage.replicas(callee);
  try {
    const troubles = (await scenario.begin?.(stage, replicas)) ?? {};
    const outcomes: LoadOutcome[] = [];
    const before = await stage.read();
    const start = performance.now();
    const elapse = (until: number) =>
      delay(Math.max(0, start + until * 1_000 - performance.now()), undefined, { signal });
    const [load, observed = {}] = await Promise.all([
      sendLoad({
        request,
        rate,
        requests: rate * seconds,
        stop: signal,
        timeoutMs: PATIENCE_MS,
        connections: 2_048,
        onEnd: (outcome) => outcomes.push(outcome),
      }),
      scenario.during?.(stage, elapse),
    ]);
    signal.throwIfAborted();
    const after = await stage.read();
    const { requests, services, decisions } = differenceOf(before, after);
    const tries = (counts: Readonly<Record<string, number>> = {}) =>
      COUNTED.reduce((sum, method) => sum + (counts[method] ?? 0), 0);
    return {
      layer,
      sent: load.sent,
      ...seen(outcomes, seconds),
      tries: Object.fromEntries(
        [...services]
          .map(([service, counts]) => [service, tries(counts) / load.sent] as const)
          .filter(([, count]) => count > 0),
      ),
      hosts: replicas.map(({ name }) => ({
        name,
        tries: tries(requests.get(name)),
        ...(troubles[name] && { trouble: troubles[name] }),
      })),
      ...observed,
      decisions,
      application: costOf(before.application, after.application, load.sent),
      ...(after.proxies.length > 0 && { proxy: costOf(before.proxies, after.proxies, load.sent) }),
    };
  } finally {
    await Promise.all((await stage.replicas(callee)).map((replica) => stage.rehearse(replica, {})));
  }
}

/** What those saw who asked. */
function seen(outcomes: readonly LoadOutcome[], seconds: number) {
  const isGood = ({ status }: LoadOutcome) => status !== undefined && status < 400;
  const statuses: Record<string, number> = {};
  for (const { status } of outcomes) statuses[status ?? 'none'] = (statuses[status ?? 'none'] ?? 0) + 1;
  const good = outcomes.filter(isGood);
  const timeline: Second[] = Array.from({ length: seconds }, (_, second) => {
    const due = outcomes.filter((outcome) => Math.floor(outcome.dueMs / 1_000) === second);
    const { p99 } = percentiles(due.map(({ durationMs: took }) => took));
    return { second, sent: due.length, succeeded: due.filter(isGood).length, ...(due.length > 0 && { p99 }) };
  });
  return {
    succeeded: good.length,
    goodput: good.filter(({ durationMs: took }) => took <= USEFUL_MS).length / seconds,
    statuses,
    latencyMs: percentiles(outcomes.map(({ durationMs: took }) => took)),
    timeline,
  };
}
