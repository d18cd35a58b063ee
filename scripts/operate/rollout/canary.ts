import { Service, type Version } from '../../../mesh/graph/service.ts';
import type { Objective } from '../../../mesh/policy/objective.ts';
import { failureOf } from '../../../mesh/report/failure.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import type { Chosen } from '../cluster/release.ts';
import type { Load } from '../load/load.ts';
import type { Requests } from '../load/requests.ts';
import { withLoad } from '../load/with-load.ts';
import { carryOut } from './carry-out.ts';
import { NO_INBOUND, sum } from './inbound.ts';
import { type Figures, figuresOf, judge, type Limits, limitsOf } from './judge.ts';
import { planVersions } from './plan.ts';
import { shiftWeights } from './shift-weights.ts';
import { readVersions } from './versions-file.ts';
import { warmUp } from './warm-up.ts';
import { observe, type WindowOptions } from './window.ts';

export interface CanaryOptions extends WindowOptions {
  readonly service: string;
  /** All versions of the service, as they are. */
  readonly versions: readonly Version[];
  /** The new one. */
  readonly version: string;
  /** The one it is compared with. */
  readonly baseline: string;
  /** Percent, ascending. */
  readonly steps: readonly number[];
  /** Settings of the new version for this rollout. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the shop runs with. */
  readonly chosen: Chosen;
  /** What to send all the while; undefined relies on the traffic there is. */
  readonly load: (Requests & { readonly rate: number }) | undefined;
}

export interface Step {
  readonly percent: number;
  readonly seconds: number;
  readonly canary: Figures;
  /** At 100 percent it has no requests: of all steps before. */
  readonly baseline: Figures;
  readonly limits: Limits;
  /** Why the rollout stops here; empty when it goes on. */
  readonly reasons: readonly string[];
}

export interface Rollout {
  readonly service: string;
  readonly version: string;
  readonly baseline: string;
  readonly objective: Objective;
  readonly steps: readonly Step[];
  /** Why it was stopped, as one sentence; undefined when it was not. */
  readonly stopped: string | undefined;
  /** The load, as its sender saw it. */
  readonly load: Load | undefined;
}

/**
 * Gives a new version more and more of the requests while it is no worse than the declared objective allows, and none
 * as soon as it is. Whatever else ends it, a failure or an abort, takes all requests from it too.
 */
export async function canary(options: CanaryOptions): Promise<Rollout> {
  const { service, version, baseline, load, note } = options;
  let steps: readonly Step[] = [];
  let objective: Objective | undefined;
  const { load: sent } = await withLoad(load, async () => {
    try {
      objective = await begin(options);
      steps = await climb(options, objective);
      const reason = reasonOf(steps, options);
      if (reason !== undefined) await takeBack(options, note);
    } catch (error) {
      note(`${failureOf(error).message}: taking all requests from ${version}`);
      await takeBack(options, note);
      throw error;
    }
  });
  if (!objective) throw new Error(`charts/shop.ts has no service '${service}'`);
  return { service, version, baseline, objective, steps, stopped: reasonOf(steps, options), load: sent };
}

/** Starts the new version's pods with their settings, and warms them up. */
async function begin(options: CanaryOptions): Promise<Objective> {
  const { versions, version, settings, note } = options;
  const weights = { [version]: versions.find(({ name }) => name === version)?.weight ?? 0 };
  if (Object.keys(settings).length > 0) note(`${version} gets ${Object.keys(settings).join(', ')}`);
  const service = await change(options, weights, options);
  await warmUp(options, service.edge ? Service.httpPort : Service.grpcPort);
  return service.objective;
}

async function climb(options: CanaryOptions, objective: Objective): Promise<readonly Step[]> {
  const { version, baseline, note } = options;
  const steps: Step[] = [];
  let all = NO_INBOUND;
  for (const percent of options.steps) {
    const service = await change(options, { [version]: percent }, options);
    note(`${version} has ${percent} %`);
    const { seconds, inbound } = await observe(options, {
      service,
      enough: percent === 100 ? [version] : [version, baseline],
    });
    const own = inbound.get(version) ?? NO_INBOUND;
    const other = inbound.get(baseline) ?? NO_INBOUND;
    all = sum([all, other]);
    const compared = percent === 100 ? all : other;
    const reasons =
      own.requests < options.minRequests
        ? [`only ${own.requests} requests came to it in ${seconds.toFixed(0)} s`]
        : judge(own, compared, objective, baseline);
    steps.push({
      percent,
      seconds,
      canary: figuresOf(own),
      baseline: figuresOf(compared),
      limits: limitsOf(compared, objective),
      reasons,
    });
    if (reasons.length > 0) break;
  }
  return steps;
}

function reasonOf(steps: readonly Step[], { version }: CanaryOptions): string | undefined {
  const last = steps.at(-1);
  if (!last || last.reasons.length === 0) return undefined;
  return `${version} was stopped at ${last.percent} % and has 0 % now: ${last.reasons.join('; and ')}.`;
}

/** Requests first, settings after: so no pod restarts that has requests. */
async function takeBack(options: CanaryOptions, note: (text: string) => void): Promise<void> {
  const none = { [options.version]: 0 };
  // What stopped the rollout must not stop this.
  await change(options, none, {});
  note(`${options.version} has 0 %`);
  if (Object.keys(options.settings).length > 0) await change({ ...options, settings: {} }, none, {});
}

/** @param options of the programs that are run */
async function change(
  { service, versions, version, settings, chosen }: CanaryOptions,
  weights: Readonly<Record<string, number>>,
  options: ProgramOptions,
): Promise<Service> {
  const next = shiftWeights(versions, weights).map((one) =>
    one.name === version ? { ...one, settings: { ...one.settings, ...settings } } : one,
  );
  const plan = planVersions(readVersions().text, service, next, chosen);
  await carryOut(plan, chosen, options.signal ? { signal: options.signal } : {});
  return plan.service;
}
