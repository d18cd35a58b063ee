import type { Size } from '../../graph/environment.ts';
import { type Duration, milliseconds } from '../../policy/duration.ts';
import { numberFindings } from '../../policy/finding.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../closest-name.ts';
import type { GraphRule } from '../graph-rule.ts';

const RULE = 'environment/size';
const ANY = Number.POSITIVE_INFINITY;

/** Sizes are possible, and each is for a service that there is. */
export const environments: GraphRule = function* ({ environment, services, node }) {
  const names = new Set(services.map((service) => service.name));
  for (const name of Object.keys(environment.sizes ?? {})) {
    if (names.has(name)) continue;
    const message = `environment '${environment.name}' sizes '${name}', which is no service${didYouMean(name, names)}`;
    yield { path: node.path, rule: RULE, message };
  }
  for (const service of services) yield* sizeProblems(service.node.path, service.size);
  for (const finding of numberFindings('environment/trace', 'tracePercent', environment.tracePercent, {
    least: 0,
    most: 100,
  })) {
    yield { path: node.path, ...finding };
  }
  yield* drainProblems(node.path, environment.drain);
};

function* sizeProblems(
  path: string,
  { replicas, maxReplicas, cpuMillis, memoryMiB }: Size,
): Generator<Problem> {
  const findings = [
    ...numberFindings(RULE, 'replicas', replicas, { least: 1, most: ANY, whole: true }),
    ...numberFindings(RULE, 'maxReplicas', maxReplicas, { least: 1, most: ANY, whole: true }),
    ...numberFindings(RULE, 'cpuMillis', cpuMillis, { least: 1, most: ANY, whole: true }),
    // Less than this and Node does not start.
    ...numberFindings(RULE, 'memoryMiB', memoryMiB, { least: 64, most: ANY, whole: true }),
  ];
  for (const finding of findings) yield { path, ...finding };
  if (maxReplicas < replicas) {
    yield {
      path,
      rule: RULE,
      message: `maxReplicas is ${maxReplicas} and replicas ${replicas}: give a maxReplicas of at least ${replicas}`,
    };
  }
}

function* drainProblems(path: string, drain: Duration): Generator<Problem> {
  const length = milliseconds(drain);
  if (length % 1_000 === 0) return;
  yield {
    path,
    rule: 'environment/drain',
    message: `drain is '${drain}': give whole seconds, such as '5s'; a pod's lifecycle has no finer unit`,
  };
}
