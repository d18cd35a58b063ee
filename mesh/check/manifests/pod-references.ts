import type { Container, PodSpec, StatefulSetSpec, Volume } from '../../../imports/kubernetes.ts';
import type { SecretKey } from '../../graph/secret-key.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../closest-name.ts';
import { type ManifestRule, type ManifestSet, type PodTemplate, problem, specOf } from '../manifest-set.ts';

/** What a pod refers to by name. */
interface Reference {
  readonly field: string;
  readonly kind: 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'PersistentVolumeClaim';
  readonly name: string;
  /** @default all of it */
  readonly keys?: readonly string[];
  readonly optional?: boolean | undefined;
}

/**
 * What pods refer to is there: their accounts, ConfigMaps, Secrets and claims with the keys that are used, and the
 * volumes that containers mount.
 *
 * @param outside keys of Secrets that are made elsewhere
 */
export function podReferences(outside: readonly SecretKey[]): ManifestRule {
  const secrets = Map.groupBy(outside, ({ secret }) => secret);
  return function* (set) {
    for (const pod of set.pods) {
      for (const reference of references(pod.spec)) {
        const keys = secrets.get(reference.name)?.map(({ key }) => key);
        yield* referenceProblems(set, pod, reference, reference.kind === 'Secret' ? keys : undefined);
      }
      yield* mountProblems(pod);
    }
  };
}

function* referenceProblems(
  set: ManifestSet,
  { manifest, namespace }: PodTemplate,
  { field, kind, name, keys, optional }: Reference,
  outside: readonly string[] | undefined,
): Generator<Problem> {
  const rule = `reference/${kind}`;
  const object = set.find(kind, namespace, name)?.object;
  if (optional || (kind === 'ServiceAccount' && name === 'default')) return;
  if (!object && !outside) {
    const elsewhere = kind === 'Secret' ? ', and none is said to be made elsewhere' : '';
    const change = `there is no ${kind} of that name in namespace ${namespace}${elsewhere}${didYouMean(name, set.names(kind, namespace))}`;
    yield problem(manifest, rule, field, name, change);
    return;
  }
  const known = [
    ...(outside ?? []),
    ...Object.keys({
      ...(object?.data as object),
      ...(object?.stringData as object),
      ...(object?.binaryData as object),
    }),
  ];
  for (const key of keys ?? []) {
    if (!known.includes(key)) {
      yield problem(
        manifest,
        rule,
        `a key of ${field}`,
        key,
        `${kind} ${name} has ${known.join(', ') || 'no keys'}${didYouMean(key, known)}`,
      );
    }
  }
}

function* mountProblems({ manifest, spec }: PodTemplate): Generator<Problem> {
  const claims = specOf<Partial<StatefulSetSpec>>(manifest).volumeClaimTemplates ?? [];
  const names = [
    ...(spec.volumes ?? []).map(({ name }) => name),
    ...claims.map(({ metadata }) => String(metadata?.name)),
  ];
  const mounted = new Set<string>();
  for (const { name: container, volumeMounts = [] } of containersOf(spec)) {
    for (const { name } of volumeMounts) {
      mounted.add(name);
      if (names.includes(name)) continue;
      yield problem(
        manifest,
        'reference/volume',
        `a mount of container ${container}`,
        name,
        `the pod has no such volume${didYouMean(name, names)}`,
      );
    }
  }
  for (const name of names) {
    if (!mounted.has(name))
      yield problem(manifest, 'reference/volume', 'a volume', name, 'no container mounts it; remove it');
  }
}

function references(spec: PodSpec): readonly Reference[] {
  return [
    ...(spec.serviceAccountName === undefined
      ? []
      : [{ field: 'serviceAccountName', kind: 'ServiceAccount', name: spec.serviceAccountName } as const]),
    ...(spec.volumes ?? []).flatMap(volumeReferences),
    ...containersOf(spec).flatMap(containerReferences),
  ];
}

function volumeReferences({
  name,
  configMap,
  secret,
  projected,
  persistentVolumeClaim,
}: Volume): readonly Reference[] {
  const field = `volume ${name}`;
  const keysOf = (items: readonly { readonly key: string }[] | undefined) => ({
    keys: (items ?? []).map(({ key }) => key),
  });
  return [
    ...(configMap?.name
      ? [
          {
            field,
            kind: 'ConfigMap',
            name: configMap.name,
            optional: configMap.optional,
            ...keysOf(configMap.items),
          } as const,
        ]
      : []),
    ...(secret?.secretName
      ? [
          {
            field,
            kind: 'Secret',
            name: secret.secretName,
            optional: secret.optional,
            ...keysOf(secret.items),
          } as const,
        ]
      : []),
    ...(persistentVolumeClaim
      ? [{ field, kind: 'PersistentVolumeClaim', name: persistentVolumeClaim.claimName } as const]
      : []),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...(source.configMap?.name
        ? [
            {
              field,
              kind: 'ConfigMap',
              name: source.configMap.name,
              optional: source.configMap.optional,
              ...keysOf(source.configMap.items),
            } as const,
          ]
        : []),
      ...(source.secret?.name
        ? [
            {
              field,
              kind: 'Secret',
              name: source.secret.name,
              optional: source.secret.optional,
              ...keysOf(source.secret.items),
            } as const,
          ]
        : []),
    ]),
  ];
}

function containerReferences({ name: container, env = [], envFrom = [] }: Container): readonly Reference[] {
  return [
    ...env.flatMap(({ name, valueFrom }): readonly Reference[] => {
      const field = `variable ${name} of container ${container}`;
      const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
      return [
        ...(map?.name
          ? [{ field, kind: 'ConfigMap', name: map.name, keys: [map.key], optional: map.optional } as const]
          : []),
        ...(secret?.name
          ? [
              {
                field,
                kind: 'Secret',
                name: secret.name,
                keys: [secret.key],
                optional: secret.optional,
              } as const,
            ]
          : []),
      ];
    }),
    ...envFrom.flatMap(({ configMapRef: map, secretRef: secret }): readonly Reference[] => {
      const field = `envFrom of container ${container}`;
      return [
        ...(map?.name ? [{ field, kind: 'ConfigMap', name: map.name, optional: map.optional } as const] : []),
        ...(secret?.name
          ? [{ field, kind: 'Secret', name: secret.name, optional: secret.optional } as const]
          : []),
      ];
    }),
  ];
}

function containersOf({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}
