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

const NAME_RULES: Readonly<Record<string, NameRule>> = { Service: serviceLabel, Namespace: label };

/** Requires names, labels and annotations of objects, pod templates, containers and ports that Kubernetes accepts. */
export const objectNames: ManifestRule = function* ({ all, pods }) {
  for (const manifest of all) {
    const { kind, metadata } = manifest.object;
    const { name, namespace } = metadata;
    yield* syntaxProblems(manifest, 'metadata.name', name, (NAME_RULES[kind] ?? subdomain)(name));
    if (namespace !== undefined)
      yield* syntaxProblems(manifest, 'metadata.namespace', namespace, label(namespace));
    yield* labelProblems(manifest, 'metadata.labels', metadata.labels);
    for (const key of Object.keys(metadata.annotations ?? {})) {
      yield* syntaxProblems(manifest, 'metadata.annotations', key, qualifiedName(key));
    }
  }
  for (const { manifest, labels, spec } of pods) {
    yield* labelProblems(manifest, 'spec.template.metadata.labels', labels);
    const portNames = new Set<string>();
    for (const { name, ports = [] } of spec.containers) {
      yield* syntaxProblems(manifest, 'the name of a container', name, label(name));
      for (const port of ports) {
        if (port.name === undefined) continue;
        yield* syntaxProblems(
          manifest,
          `the name of a port of container ${name}`,
          port.name,
          portName(port.name),
        );
        if (portNames.has(port.name)) {
          yield problem(
            manifest,
            'name/port',
            'the name of a port',
            port.name,
            'two ports of the pod have it; rename one',
          );
        }
        portNames.add(port.name);
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
    yield* syntaxProblems(manifest, field, key, qualifiedName(key));
    yield* syntaxProblems(manifest, `${field}['${key}']`, value, labelValue(String(value)));
  }
}

function* syntaxProblems(
  manifest: Manifest,
  field: string,
  value: string,
  fix: string | undefined,
): Generator<Problem> {
  if (fix) yield problem(manifest, 'name/syntax', field, value, fix);
}
