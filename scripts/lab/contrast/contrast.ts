import { arch, cpus, totalmem } from 'node:os';
import { play } from './play.ts';
import type { Contrasted, Report, Run, ScenarioResult } from './report.ts';
import { type Scenario, USEFUL_MS } from './scenario.ts';
import type { Stage } from './stage.ts';
import { warmUp } from './warm-up.ts';

/** Runs the shop under a layer for as long as `use` takes. */
export type WithStage = <T>(layer: Contrasted, use: (stage: Stage) => Promise<T>) => Promise<T>;

export interface ContrastOptions {
  readonly where: Report['where'];
  readonly layers: readonly Contrasted[];
  readonly scenarios: readonly Scenario[];
  readonly withStage: WithStage;
  /** What synthesis says of the shop of layer `both`. */
  readonly refusal: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** Is told of each run as soon as it is over. */
  readonly onRun: (scenario: Scenario, run: Run) => void;
}

/** Plays every scenario under every layer, one after the other, each with the same load. */
export async function contrast(options: ContrastOptions): Promise<Report> {
  const { where, layers, scenarios, withStage, refusal, signal, note, onRun } = options;
  const runs = new Map<Scenario, Run[]>(scenarios.map((scenario) => [scenario, []]));
  const lost: Partial<Record<Contrasted, readonly string[]>> = {};
  for (const layer of layers) {
    note(`the shop under layer ${layer}`);
    await withStage(layer, async (stage) => {
      if (stage.lost?.length) lost[layer] = stage.lost;
      await warmUp(stage, signal);
      for (const [scenario, done] of runs) {
        const run = await play(scenario, layer, stage, signal);
        done.push(run);
        onRun(scenario, run);
      }
    });
  }
  return {
    made: new Date().toISOString(),
    where,
    machine: machine(),
    layers,
    lost,
    scenarios: [...runs].map(([scenario, done]) => resultOf(scenario, done, refusal)),
  };
}

function resultOf(scenario: Scenario, runs: readonly Run[], refusal: string): ScenarioResult {
  const { name, title, what, measure, rate, seconds } = scenario;
  const result = { name, title, what, measure, rate, seconds, usefulMs: USEFUL_MS, runs };
  return measure === 'attempts' ? { ...result, refusal } : result;
}

function machine(): Report['machine'] {
  const [cpu] = cpus();
  return {
    cpu: `${cpu?.model.trim() ?? 'unknown'}, ${arch()}`,
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
}
