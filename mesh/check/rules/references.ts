import type { Container, PodSpec, Volume } from '../../../imports/kubernetes.ts';
import { podContainers } from './pod-containers.ts';

/** An object that a pod refers to by name. */
export interface PodReference {
  /** The referring field, for messages. */
  readonly field: string;
  readonly kind: 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'PersistentVolumeClaim';
  readonly name: string;
  /** Keys that the pod requires. Empty if it uses the whole object. */
  readonly keys: readonly string[];
  readonly optional?: boolean | undefined;
}

interface KeyedSource {
  readonly items?: readonly { readonly key: string }[] | undefined;
  readonly optional?: boolean | undefined;
}

/** Returns the ServiceAccount, ConfigMaps, Secrets and claims that a pod refers to. */
export function referencesOf(spec: PodSpec): readonly PodReference[] {
  return [
    ...reference('serviceAccountName', 'ServiceAccount', spec.serviceAccountName),
    ...(spec.volumes ?? []).flatMap(volumeReferences),
    ...podContainers(spec).flatMap(containerReferences),
  ];
}

function volumeReferences({
  name,
  configMap,
  secret,
  projected,
  persistentVolumeClaim: claim,
}: Volume): readonly PodReference[] {
  const field = `volume ${name}`;
  return [
    ...reference(field, 'ConfigMap', configMap?.name, configMap),
    ...reference(field, 'Secret', secret?.secretName, secret),
    ...reference(field, 'PersistentVolumeClaim', claim?.claimName),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...reference(field, 'ConfigMap', source.configMap?.name, source.configMap),
      ...reference(field, 'Secret', source.secret?.name, source.secret),
    ]),
  ];
}

function containerReferences({
  name: container,
  env = [],
  envFrom = [],
}: Container): readonly PodReference[] {
  return [
    ...env.flatMap(({ name, valueFrom }) => {
      const field = `variable ${name} of container ${container}`;
      const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
      return [
        ...reference(field, 'ConfigMap', map?.name, map && { items: [map], optional: map.optional }),
        ...reference(field, 'Secret', secret?.name, secret && { items: [secret], optional: secret.optional }),
      ];
    }),
    ...envFrom.flatMap(({ configMapRef: map, secretRef: secret }) => {
      const field = `envFrom of container ${container}`;
      return [
        ...reference(field, 'ConfigMap', map?.name, { optional: map?.optional }),
        ...reference(field, 'Secret', secret?.name, { optional: secret?.optional }),
      ];
    }),
  ];
}

/** Returns one reference; none if `name` is undefined. */
function reference(
  field: string,
  kind: PodReference['kind'],
  name: string | undefined,
  { items = [], optional }: KeyedSource = {},
): readonly PodReference[] {
  return name ? [{ field, kind, name, keys: items.map(({ key }) => key), optional }] : [];
}
