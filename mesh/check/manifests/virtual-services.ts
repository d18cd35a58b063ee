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

/** Requires routes to have existing hosts, ports, subsets, gateways and callers, and weights that add up to 100. */
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
    yield problem(manifest, 'route/weights', `${field}: the sum of the weights`, sum, 'the sum must be 100');
}

function* destinationProblems(
  hosts: MeshHosts,
  manifest: Manifest,
  field: string,
  { host, subset, port }: VirtualServiceHttpRoute['destination'],
): Generator<Problem> {
  const namespace = namespaceOf(manifest);
  const meshHost = hosts.find(host, namespace);
  if (!meshHost) {
    yield problem(manifest, 'reference/host', `${field}.host`, host, hosts.suggestFix(host, namespace));
    return;
  }
  const names = new Set(meshHost.subsets.map(({ name }) => name));
  if (subset !== undefined && !names.has(subset)) {
    const fix = `no DestinationRule of ${meshHost.name} has such a subset${names.size > 0 ? `; there are ${[...names].join(', ')}` : ''}${didYouMean(subset, names)}`;
    yield problem(manifest, 'reference/subset', `${field}.subset`, subset, fix);
  }
  if (port?.number !== undefined && !meshHost.ports.includes(port.number)) {
    yield problem(
      manifest,
      'reference/port',
      `${field}.port.number`,
      port.number,
      `${meshHost.name} has ${meshHost.ports.join(', ') || 'no ports'}`,
    );
  }
  if (port === undefined && meshHost.ports.length > 1) {
    yield problem(
      manifest,
      'reference/port',
      `${field}.port`,
      'missing',
      `${meshHost.name} has several: ${meshHost.ports.join(', ')}; choose one`,
    );
  }
}

function* gatewayProblems(set: ManifestSet, manifest: Manifest): Generator<Problem> {
  for (const gateway of specOf<VirtualServiceSpec>(manifest).gateways ?? []) {
    const [name = '', namespace = namespaceOf(manifest)] = gateway.split('/').reverse();
    if (gateway === 'mesh' || set.find('Gateway', namespace, name)) continue;
    const fix = `the Gateway does not exist in namespace ${namespace}${didYouMean(name, set.names('Gateway', namespace))}`;
    yield problem(manifest, 'reference/gateway', 'spec.gateways', gateway, fix);
  }
}

function* callerProblems(
  set: ManifestSet,
  manifest: Manifest,
  field: string,
  { match = [] }: VirtualServiceHttp,
): Generator<Problem> {
  const checkedLabels = new Set<string>();
  for (const { sourceLabels } of match) {
    const key = JSON.stringify(sourceLabels);
    if (!sourceLabels || checkedLabels.has(key)) continue;
    checkedLabels.add(key);
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
