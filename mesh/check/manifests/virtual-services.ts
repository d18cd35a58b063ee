import type {
  VirtualServiceHttp,
  VirtualServiceHttpRoute,
  VirtualServiceSpec,
} from '../../../imports/networking.istio.io.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, type ManifestSet, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';
import { MeshHosts } from '../rules/mesh-hosts.ts';

/** Routes lead to hosts, ports and subsets that are there, by weights of 100 together; gateways and callers exist. */
export const virtualServices: ManifestRule = function* (set) {
  const hosts = new MeshHosts(set);
  for (const manifest of set.ofKind('VirtualService')) {
    const { http = [] } = specOf<VirtualServiceSpec>(manifest);
    yield* gatewayProblems(set, manifest);
    for (const [index, route] of http.entries()) {
      yield* weightProblems(manifest, `spec.http[${index}].route`, route.route ?? []);
      for (const [position, { destination }] of (route.route ?? []).entries()) {
        yield* destinationProblems(
          hosts,
          manifest,
          `spec.http[${index}].route[${position}].destination`,
          destination,
        );
      }
      yield* callerProblems(set, manifest, `spec.http[${index}]`, route);
    }
  }
};

function* weightProblems(
  manifest: Manifest,
  field: string,
  routes: readonly VirtualServiceHttpRoute[],
): Generator<Problem> {
  if (routes.length < 2) return;
  const sum = routes.reduce((total, { weight = 0 }) => total + weight, 0);
  if (sum !== 100)
    yield problem(manifest, 'route/weights', `${field}: the sum of the weights`, sum, 'make it 100');
}

function* destinationProblems(
  hosts: MeshHosts,
  manifest: Manifest,
  field: string,
  { host, subset, port }: VirtualServiceHttpRoute['destination'],
): Generator<Problem> {
  const namespace = namespaceOf(manifest);
  const found = hosts.find(host, namespace);
  if (!found) {
    yield problem(manifest, 'reference/host', `${field}.host`, host, hosts.suggestFix(host, namespace));
    return;
  }
  const names = new Set(found.subsets.map(({ name }) => name));
  if (subset !== undefined && !names.has(subset)) {
    const change = `no DestinationRule of ${found.name} has such a subset${names.size > 0 ? `; there are ${[...names].join(', ')}` : ''}${didYouMean(subset, names)}`;
    yield problem(manifest, 'reference/subset', `${field}.subset`, subset, change);
  }
  if (port?.number !== undefined && !found.ports.includes(port.number)) {
    yield problem(
      manifest,
      'reference/port',
      `${field}.port.number`,
      port.number,
      `${found.name} has ${found.ports.join(', ') || 'no ports'}`,
    );
  }
  if (port === undefined && found.ports.length > 1) {
    yield problem(
      manifest,
      'reference/port',
      `${field}.port`,
      'missing',
      `${found.name} has several: ${found.ports.join(', ')}; choose one`,
    );
  }
}

function* gatewayProblems(set: ManifestSet, manifest: Manifest): Generator<Problem> {
  for (const gateway of specOf<VirtualServiceSpec>(manifest).gateways ?? []) {
    const [name = '', namespace = namespaceOf(manifest)] = gateway.split('/').reverse();
    if (gateway === 'mesh' || set.find('Gateway', namespace, name)) continue;
    const change = `there is no such Gateway in namespace ${namespace}${didYouMean(name, set.names('Gateway', namespace))}`;
    yield problem(manifest, 'reference/gateway', 'spec.gateways', gateway, change);
  }
}

function* callerProblems(
  set: ManifestSet,
  manifest: Manifest,
  field: string,
  { match = [] }: VirtualServiceHttp,
): Generator<Problem> {
  const seen = new Set<string>();
  for (const { sourceLabels } of match) {
    const key = JSON.stringify(sourceLabels);
    if (!sourceLabels || seen.has(key)) continue;
    seen.add(key);
    if (set.podsWithLabels(namespaceOf(manifest), sourceLabels).length > 0) continue;
    yield problem(
      manifest,
      'reference/selector',
      `${field}: sourceLabels of a match`,
      sourceLabels,
      'no pod has these labels; use those of the caller',
    );
  }
}
