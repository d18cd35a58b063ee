import { imageOf } from '../../compile/kubernetes/deployment.ts';
import type { Size } from '../../graph/environment.ts';
import type { Service } from '../../graph/service.ts';
import { type Duration, milliseconds } from '../../policy/duration.ts';
import { numberFindings } from '../../policy/finding.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../rules/closest-name.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { serviceLabel } from '../rules/name-rules.ts';

const RULE = 'environment/size';
const ANY = Number.POSITIVE_INFINITY;

/** Sizes are possible, and each is for a service that there is. */
export const environments: GraphRule = function* ({ environment, services, calls, node }) {
  const names = new Set(services.map((service) => service.name));
  for (const [rule, what, of] of [
    [RULE, 'sizes', environment.sizeOverrides],
    ['environment/versions', 'has versions of', environment.versions],
    ['environment/imageTagOverrides', 'tags the image of', environment.imageTagOverrides],
  ] as const) {
    for (const name of Object.keys(of ?? {})) {
      if (names.has(name)) continue;
      const message = `environment '${environment.name}' ${what} '${name}', which is no service${didYouMean(name, names)}`;
      yield { path: node.path, rule, message };
    }
  }
  const known = calls.map((call) => `${call.caller.name}/${call.name}`);
  for (const name of Object.keys(environment.policyOverrides ?? {})) {
    if (known.includes(name)) continue;
    const message = `environment '${environment.name}' changes the call '${name}', which is not declared${didYouMean(name, known)}`;
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
    const message = `scaleDownStabilization is '${scaleDownStabilization}': Kubernetes allows an hour at most`;
    yield { path: node.path, rule: 'environment/scaleDownStabilization', message };
  }
};

/** Reference of an image (https://github.com/distribution/reference). */
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REGISTRY = '(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\\d{1,5})?';
const IMAGE = new RegExp(`^(?:${REGISTRY}/)?(?:${COMPONENT}/)*${COMPONENT}:\\w[\\w.-]{0,127}$`);

function* imageProblems(services: readonly Service[]): Generator<Problem> {
  for (const service of services) {
    // A name that no image has is reported by itself.
    if (serviceLabel(service.name)) continue;
    const references = new Set(service.versions.map((version) => imageOf(service, version)));
    for (const reference of references) {
      if (IMAGE.test(reference)) continue;
      const message = `the image is '${reference}': give an imagePrefix such as 'registry.test/shop/' in lower case, and a tag of at most 128 letters, digits, '_', '.' and '-'`;
      yield { path: service.node.path, rule: 'environment/image', message };
    }
  }
}

function* sizeProblems(
  path: string,
  { minReplicas, maxReplicas, cpuMillis, memoryMiB }: Size,
): Generator<Problem> {
  const findings = [
    ...numberFindings(RULE, 'minReplicas', minReplicas, { min: 1, max: ANY, isInteger: true }),
    ...numberFindings(RULE, 'maxReplicas', maxReplicas, { min: 1, max: ANY, isInteger: true }),
    ...numberFindings(RULE, 'cpuMillis', cpuMillis, { min: 1, max: ANY, isInteger: true }),
    // Less than this and Node does not start.
    ...numberFindings(RULE, 'memoryMiB', memoryMiB, { min: 64, max: ANY, isInteger: true }),
  ];
  for (const finding of findings) yield { path, ...finding };
  if (maxReplicas < minReplicas) {
    yield {
      path,
      rule: RULE,
      message: `maxReplicas is ${maxReplicas} and minReplicas ${minReplicas}: give a maxReplicas of at least ${minReplicas}`,
    };
  }
}

function* wholeSeconds(path: string, field: string, duration: Duration, unit: string): Generator<Problem> {
  const length = milliseconds(duration);
  if (length % 1_000 === 0) return;
  const message = `${field} is '${duration}': give whole seconds, such as '5s'; ${unit} has no finer unit`;
  yield { path, rule: `environment/${field}`, message };
}
