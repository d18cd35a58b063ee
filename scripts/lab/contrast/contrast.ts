import { readMachine } from '../testbed/machine.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';
import type { ContrastLayer, ContrastReport, ScenarioResult, ScenarioRun } from './report.ts';
import { runScenario } from './run-scenario.ts';
import { MAX_USEFUL_LATENCY_MS, type Scenario } from './scenario.ts';
import { warmUpTestbed } from './warm-up.ts';

/** Runs the shop under a layer while `use` runs. */
export type WithTestbed = <T>(
  layer: ContrastLayer,
  use: (testbed: ContrastTestbed) => Promise<T>,
) => Promise<T>;

export interface ContrastOptions {
  readonly where: ContrastReport['where'];
  readonly layers: readonly ContrastLayer[];
  readonly scenarios: readonly Scenario[];
  readonly withTestbed: WithTestbed;
  /** The error that synthesis reports for the graph of layer `both`. */
  readonly synthesisError: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** Is called after each run. */
  readonly onRun: (scenario: Scenario, run: ScenarioRun) => void;
}

/** Runs every scenario under every layer, one after the other, with the same load. */
export async function contrast(options: ContrastOptions): Promise<ContrastReport> {
  const { where, layers, scenarios, withTestbed, synthesisError, signal, note, onRun } = options;
  const runsByScenario = new Map<Scenario, ScenarioRun[]>(scenarios.map((scenario) => [scenario, []]));
  const unsupportedFields: Partial<Record<ContrastLayer, readonly string[]>> = {};
  for (const layer of layers) {
    note(`starting the shop under layer ${layer}`);
    await withTestbed(layer, async (testbed) => {
      if (testbed.unsupportedFields?.length) unsupportedFields[layer] = testbed.unsupportedFields;
      await warmUpTestbed(testbed.ingressUrl, signal);
      for (const [scenario, runs] of runsByScenario) {
        const run = await runScenario(scenario, layer, testbed, signal);
        runs.push(run);
        onRun(scenario, run);
      }
    });
  }
  return {
    createdAt: new Date().toISOString(),
    where,
    machine: readMachine(),
    layers,
    unsupportedFields,
    scenarios: [...runsByScenario].map(([scenario, runs]) => resultOf(scenario, runs, synthesisError)),
  };
}

function resultOf(scenario: Scenario, runs: readonly ScenarioRun[], synthesisError: string): ScenarioResult {
  const { name, title, description, measure, requestsPerSecond, durationS } = scenario;
  const load = { requestsPerSecond, durationS, maxUsefulLatencyMs: MAX_USEFUL_LATENCY_MS };
  const result = { name, title, description, measure, ...load, runs };
  return measure === 'attempts' ? { ...result, synthesisError } : result;
}
