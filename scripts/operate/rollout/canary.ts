import { Service } from '../../../mesh/graph/service.ts';
import type { Version } from '../../../mesh/graph/version.ts';
import type { CanaryObjective } from '../../../mesh/policy/canary-objective.ts';
import { failureOf } from '../../../mesh/report/failure.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import type { ReleaseOptions } from '../cluster/release.ts';
import type { Load } from '../load/load.ts';
import type { Requests } from '../load/requests.ts';
import { withLoad } from '../load/with-load.ts';
import { executePlan } from './execute-plan.ts';
import { addInbound, NO_INBOUND } from './inbound.ts';
import { type CanaryLimits, type Figures, figuresOf, findObjectiveViolations, limitsOf } from './judge.ts';
import { planVersions } from './plan.ts';
import { shiftWeights } from './shift-weights.ts';
import { readVersions } from './versions-file.ts';
import { warmUp } from './warm-up.ts';
import { observeWindow, type WindowOptions } from './window.ts';

export interface CanaryOptions extends WindowOptions {
  readonly service: string;
  /** All versions of the service, with their current weights. */
  readonly versions: readonly Version[];
  /** The new version. */
  readonly version: string;
  /** The version that the new one is compared with. */
  readonly baseline: string;
  /** Weights of the new version, in percent, ascending. */
  readonly steps: readonly number[];
  /** Settings of the new version for this rollout. */
  readonly settings: Readonly<Record<string, string>>;
  /** Options of the running release. */
  readonly release: ReleaseOptions;
  /** Load to send during the rollout; undefined relies on existing traffic. */
  readonly load: (Requests & { readonly rate: number }) | undefined;
}

export interface CanaryStep {
  readonly percent: number;
  readonly seconds: number;
  readonly canary: Figures;
  /**
   * Figures of the baseline during the step. At 100 percent it receives no requests, so its figures over all earlier
   * steps are used.
   */
  readonly baseline: Figures;
  readonly limits: CanaryLimits;
  /** Reasons to stop the rollout at this step; empty if it continues. */
  readonly reasons: readonly string[];
}

export interface Rollout {
  readonly service: string;
  readonly version: string;
  readonly baseline: string;
  readonly objective: CanaryObjective;
  readonly steps: readonly CanaryStep[];
  /** Why the rollout was stopped, as one sentence; undefined if it completed. */
  readonly stopped: string | undefined;
  /** Results of the load, as its sender measured them. */
  readonly load: Load | undefined;
}

/**
 * Rolls out a new version in steps. Each step raises the weight of the version and compares it with the baseline. The
 * rollout sets the weight to 0 as soon as the version misses the declared objective, and also after an error or an
 * abort.
 */
export async function runCanary(options: CanaryOptions): Promise<Rollout> {
  const { service, version, baseline, load, note } = options;
  let steps: readonly CanaryStep[] = [];
  let objective: CanaryObjective | undefined;
  const { load: loadResult } = await withLoad(load, async () => {
    try {
      objective = await startVersion(options);
      steps = await runSteps(options, objective);
      const reason = stopReason(steps, options);
      if (reason !== undefined) await removeTraffic(options, note);
    } catch (error) {
      note(`${failureOf(error).message}; setting the weight of ${version} to 0 %`);
      await removeTraffic(options, note);
      throw error;
    }
  });
  if (!objective)
    throw new Error(
      `service '${service}' is not declared in charts/shop.ts; use the name of a declared service`,
    );
  return {
    service,
    version,
    baseline,
    objective,
    steps,
    stopped: stopReason(steps, options),
    load: loadResult,
  };
}

/** Starts the pods of the new version with its settings, and warms them up. */
async function startVersion(options: CanaryOptions): Promise<CanaryObjective> {
  const { versions, version, settings, note } = options;
  const weights = { [version]: versions.find(({ name }) => name === version)?.weight ?? 0 };
  if (Object.keys(settings).length > 0) note(`setting ${Object.keys(settings).join(', ')} of ${version}`);
  const service = await applyWeights(options, weights, options);
  await warmUp(options, service.edge ? Service.httpPort : Service.grpcPort);
  return service.canaryObjective;
}

async function runSteps(options: CanaryOptions, objective: CanaryObjective): Promise<readonly CanaryStep[]> {
  const { version, baseline, note } = options;
  const steps: CanaryStep[] = [];
  let baselineTotal = NO_INBOUND;
  for (const percent of options.steps) {
    const service = await applyWeights(options, { [version]: percent }, options);
    note(`weight of ${version} is ${percent} %`);
    const { seconds, inbound } = await observeWindow(options, {
      service,
      enough: percent === 100 ? [version] : [version, baseline],
    });
    const canaryInbound = inbound.get(version) ?? NO_INBOUND;
    const baselineInbound = inbound.get(baseline) ?? NO_INBOUND;
    baselineTotal = addInbound([baselineTotal, baselineInbound]);
    const compared = percent === 100 ? baselineTotal : baselineInbound;
    const reasons =
      canaryInbound.requests < options.minRequests
        ? [`it received only ${canaryInbound.requests} requests in ${seconds.toFixed(0)} s`]
        : findObjectiveViolations(canaryInbound, compared, objective, baseline);
    steps.push({
      percent,
      seconds,
      canary: figuresOf(canaryInbound),
      baseline: figuresOf(compared),
      limits: limitsOf(compared, objective),
      reasons,
    });
    if (reasons.length > 0) break;
  }
  return steps;
}

function stopReason(steps: readonly CanaryStep[], { version }: CanaryOptions): string | undefined {
  const step = steps.at(-1);
  if (!step || step.reasons.length === 0) return undefined;
  return `${version} was stopped at ${step.percent} % and its weight is now 0 %: ${step.reasons.join('; and ')}.`;
}

/**
 * Removes the traffic of the version before its settings: changed settings restart pods, which must not serve requests
 * then.
 */
async function removeTraffic(options: CanaryOptions, note: (text: string) => void): Promise<void> {
  const none = { [options.version]: 0 };
  // Omits the signal: the abort that stopped the rollout must not stop the rollback as well.
  await applyWeights(options, none, {});
  note(`weight of ${options.version} is 0 %`);
  if (Object.keys(options.settings).length > 0) await applyWeights({ ...options, settings: {} }, none, {});
}

/** Sets the weights of versions and waits until they apply. @param options of the programs that run */
async function applyWeights(
  { service, versions, version, settings, release }: CanaryOptions,
  weights: Readonly<Record<string, number>>,
  options: ProgramOptions,
): Promise<Service> {
  const next = shiftWeights(versions, weights).map((one) =>
    one.name === version ? { ...one, settings: { ...one.settings, ...settings } } : one,
  );
  const plan = planVersions(readVersions().text, service, next, release);
  await executePlan(plan, release, options.signal ? { signal: options.signal } : {});
  return plan.service;
}
