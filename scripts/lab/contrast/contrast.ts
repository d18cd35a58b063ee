import { readMachine } from '../testbed/machine.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';
import type { ContrastLayer, ContrastReport, ScenarioResult, ScenarioRun } from './report.ts';
import { runScenario } from './run-scenario.ts';
import { type Scenario, USEFUL_MS } from './scenario.ts';
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
  readonly refusal: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** Is called after each run. */
  readonly onRun: (scenario: Scenario, run: ScenarioRun) => void;
}

/** Runs every scenario under every layer, one after the other, with the same load. */
export async function contrast(options: ContrastOptions): Promise<ContrastReport> {
  const { where, layers, scenarios, withTestbed, refusal, signal, note, onRun } = options;
  const runsByScenario = new Map<Scenario, ScenarioRun[]>(scenarios.map((scenario) => [scenario, []]));
  const unsupported: Partial<Record<ContrastLayer, readonly string[]>> = {};
  for (const layer of layers) {
    note(`starting the shop under layer ${layer}`);
    await withTestbed(layer, async (testbed) => {
      if (testbed.unsupported?.length) unsupported[layer] = testbed.unsupported;
      await warmUpTestbed(testbed.ingressUrl, signal);
      for (const [scenario, runs] of runsByScenario) {
        const run = await runScenario(scenario, layer, testbed, signal);
        runs.push(run);
        onRun(scenario, run);
      }
    });
  }
  return {
    made: new Date().toISOString(),
    where,
    machine: readMachine(),
    layers,
    unsupported,
    scenarios: [...runsByScenario].map(([scenario, runs]) => resultOf(scenario, runs, refusal)),
  };
}

function resultOf(scenario: Scenario, runs: readonly ScenarioRun[], refusal: string): ScenarioResult {
  const { name, title, what, measure, rate, seconds } = scenario;
  const result = { name, title, what, measure, rate, seconds, usefulMs: USEFUL_MS, runs };
  return measure === 'attempts' ? { ...result, refusal } : result;
}
