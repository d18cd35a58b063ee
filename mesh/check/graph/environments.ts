import { image } from '../../compile/kubernetes/deployment.ts';
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
    [RULE, 'sizes', environment.sizes],
    ['environment/versions', 'has versions of', environment.versions],
    ['environment/imageTags', 'tags the image of', environment.imageTags],
  ] as const) {
    for (const name of Object.keys(of ?? {})) {
      if (names.has(name)) continue;
      const message = `environment '${environment.name}' ${what} '${name}', which is no service${didYouMean(name, names)}`;
      yield { path: node.path, rule, message };
    }
  }
  const known = calls.map((call) => `${call.caller.name}/${call.name}`);
  for (const name of Object.keys(environment.calls ?? {})) {
    if (known.includes(name)) continue;
    const message = `environment '${environment.name}' changes the call '${name}', which is not declared${didYouMean(name, known)}`;
    yield { path: node.path, rule: 'environment/calls', message };
  }
  for (const service of services) yield* sizeProblems(service.node.path, service.size);
  yield* imageProblems(services);
  for (const finding of numberFindings('environment/trace', 'tracePercent', environment.tracePercent, {
    least: 0,
    most: 100,
  })) {
    yield { path: node.path, ...finding };
  }
  for (const finding of numberFindings('environment/proxies', 'trustedProxies', environment.trustedProxies, {
    least: 0,
    most: 9,
    whole: true,
  })) {
    yield { path: node.path, ...finding };
  }
  yield* wholeSeconds(node.path, 'drain', environment.drain, "a pod's lifecycle");
  const { scaleDownAfter = '5m' } = environment;
  yield* wholeSeconds(node.path, 'scaleDownAfter', scaleDownAfter, 'an autoscaler');
  if (milliseconds(scaleDownAfter) > milliseconds('1h')) {
    const message = `scaleDownAfter is '${scaleDownAfter}': Kubernetes allows an hour at most`;
    yield { path: node.path, rule: 'environment/scaleDownAfter', message };
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
    const references = new Set(service.versions.map((version) => image(service, version)));
    for (const reference of references) {
      if (IMAGE.test(reference)) continue;
      const message = `the image is '${reference}': give an imagePrefix such as 'registry.test/shop/' in lower case, and a tag of at most 128 letters, digits, '_', '.' and '-'`;
      yield { path: service.node.path, rule: 'environment/image', message };
    }
  }
}

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

function* wholeSeconds(path: string, field: string, duration: Duration, unit: string): Generator<Problem> {
  const length = milliseconds(duration);
  if (length % 1_000 === 0) return;
  const message = `${field} is '${duration}': give whole seconds, such as '5s'; ${unit} has no finer unit`;
  yield { path, rule: `environment/${field}`, message };
}
