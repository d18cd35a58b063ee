import { imageOf } from '../../compile/kubernetes/deployment.ts';
import type { Size } from '../../graph/environment.ts';
import type { Service } from '../../graph/service.ts';
import { type Duration, milliseconds } from '../../policy/duration.ts';
import type { Problem } from '../../policy/problem.ts';
import { numberFindings } from '../../policy/problem.ts';
import { didYouMean } from '../rules/closest-name.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { serviceLabel } from '../rules/name-rules.ts';

const RULE = 'environment/size';
const UNBOUNDED = Number.POSITIVE_INFINITY;

/** Requires an environment to refer to existing services and calls, and its sizes, images and durations to be valid. */
export const environments: GraphRule = function* ({ environment, services, calls, node }) {
  const names = new Set(services.map((service) => service.name));
  for (const [rule, verb, entries] of [
    [RULE, 'sizes', environment.sizeOverrides],
    ['environment/versions', 'sets versions of', environment.versions],
    ['environment/imageTagOverrides', 'tags the image of', environment.imageTagOverrides],
  ] as const) {
    for (const name of Object.keys(entries ?? {})) {
      if (names.has(name)) continue;
      const message = `environment '${environment.name}' ${verb} '${name}', which is not a service${didYouMean(name, names)}`;
      yield { path: node.path, rule, message };
    }
  }
  const callNames = calls.map((call) => `${call.caller.name}/${call.name}`);
  for (const name of Object.keys(environment.policyOverrides ?? {})) {
    if (callNames.includes(name)) continue;
    const message = `environment '${environment.name}' overrides the call '${name}', which is not declared${didYouMean(name, callNames)}`;
    yield { path: node.path, rule: 'environment/calls', message };
  }
  for (const service of services) yield* sizeProblems(service.node.path, service.size);
  yield* imageProblems(services);
  for (const finding of numberFindings(
    'environment/trace',
    'traceSamplingPercent',
    environment.traceSamplingPercent,
    {
      min: 0,
      max: 100,
    },
  )) {
    yield { path: node.path, ...finding };
  }
  for (const finding of numberFindings(
    'environment/proxies',
    'numTrustedProxies',
    environment.numTrustedProxies,
    {
      min: 0,
      max: 9,
      isInteger: true,
    },
  )) {
    yield { path: node.path, ...finding };
  }
  yield* wholeSeconds(node.path, 'drainDuration', environment.drainDuration, "a pod's lifecycle");
  const { scaleDownStabilization = '5m' } = environment;
  yield* wholeSeconds(node.path, 'scaleDownStabilization', scaleDownStabilization, 'an autoscaler');
  if (milliseconds(scaleDownStabilization) > milliseconds('1h')) {
    const message = `scaleDownStabilization is '${scaleDownStabilization}': Kubernetes allows at most 1h`;
    yield { path: node.path, rule: 'environment/scaleDownStabilization', message };
  }
};

/** Image reference grammar, see https://github.com/distribution/reference */
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REGISTRY = '(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\\d{1,5})?';
const IMAGE = new RegExp(`^(?:${REGISTRY}/)?(?:${COMPONENT}/)*${COMPONENT}:\\w[\\w.-]{0,127}$`);

function* imageProblems(services: readonly Service[]): Generator<Problem> {
  for (const service of services) {
    // The rule `names` reports names that are invalid for an image too.
    if (serviceLabel(service.name)) continue;
    const references = new Set(service.versions.map((version) => imageOf(service, version)));
    for (const reference of references) {
      if (IMAGE.test(reference)) continue;
      const message = `the image is '${reference}': use a lower-case imagePrefix such as 'registry.test/shop/' and a tag of at most 128 letters, digits, '_', '.' and '-'`;
      yield { path: service.node.path, rule: 'environment/image', message };
    }
  }
}

function* sizeProblems(
  path: string,
  { minReplicas, maxReplicas, cpuMillis, memoryMiB }: Size,
): Generator<Problem> {
  const findings = [
    ...numberFindings(RULE, 'minReplicas', minReplicas, { min: 1, max: UNBOUNDED, isInteger: true }),
    ...numberFindings(RULE, 'maxReplicas', maxReplicas, { min: 1, max: UNBOUNDED, isInteger: true }),
    ...numberFindings(RULE, 'cpuMillis', cpuMillis, { min: 1, max: UNBOUNDED, isInteger: true }),
    // Node does not start with less memory.
    ...numberFindings(RULE, 'memoryMiB', memoryMiB, { min: 64, max: UNBOUNDED, isInteger: true }),
  ];
  for (const finding of findings) yield { path, ...finding };
  if (maxReplicas < minReplicas) {
    yield {
      path,
      rule: RULE,
      message: `maxReplicas is ${maxReplicas} and minReplicas ${minReplicas}: set maxReplicas to at least ${minReplicas}`,
    };
  }
}

function* wholeSeconds(path: string, field: string, duration: Duration, owner: string): Generator<Problem> {
  const length = milliseconds(duration);
  if (length % 1_000 === 0) return;
  const message = `${field} is '${duration}': use whole seconds, such as '5s'; ${owner} supports no finer unit`;
  yield { path, rule: `environment/${field}`, message };
}
