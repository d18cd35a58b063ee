import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';
import {
  label,
  labelValue,
  type NameRule,
  portName,
  qualifiedName,
  serviceLabel,
  subdomain,
} from '../rules/name-rules.ts';

const BY_KIND: Readonly<Record<string, NameRule>> = { Service: serviceLabel, Namespace: label };

/** Names, labels and annotations are such as Kubernetes takes, and those of pods and ports too. */
export const objectNames: ManifestRule = function* ({ all, pods }) {
  for (const manifest of all) {
    const { kind, metadata } = manifest.object;
    const { name, namespace } = metadata;
    yield* wrong(manifest, 'metadata.name', name, (BY_KIND[kind] ?? subdomain)(name));
    if (namespace !== undefined) yield* wrong(manifest, 'metadata.namespace', namespace, label(namespace));
    yield* labelProblems(manifest, 'metadata.labels', metadata.labels);
    for (const key of Object.keys(metadata.annotations ?? {})) {
      yield* wrong(manifest, 'metadata.annotations', key, qualifiedName(key));
    }
  }
  for (const { manifest, labels, spec } of pods) {
    yield* labelProblems(manifest, 'spec.template.metadata.labels', labels);
    const seen = new Set<string>();
    for (const { name, ports = [] } of spec.containers) {
      yield* wrong(manifest, 'the name of a container', name, label(name));
      for (const port of ports) {
        if (port.name === undefined) continue;
        yield* wrong(manifest, `the name of a port of container ${name}`, port.name, portName(port.name));
        if (seen.has(port.name)) {
          yield problem(
            manifest,
            'name/port',
            'the name of a port',
            port.name,
            'two ports of the pod have it; rename one',
          );
        }
        seen.add(port.name);
      }
    }
  }
};

function* labelProblems(
  manifest: Manifest,
  field: string,
  labels: Readonly<Record<string, string>> = {},
): Generator<Problem> {
  for (const [key, value] of Object.entries(labels)) {
    yield* wrong(manifest, field, key, qualifiedName(key));
    yield* wrong(manifest, `${field}['${key}']`, value, labelValue(String(value)));
  }
}

function* wrong(
  manifest: Manifest,
  field: string,
  value: string,
  change: string | undefined,
): Generator<Problem> {
  if (change) yield problem(manifest, 'name/syntax', field, value, change);
}
