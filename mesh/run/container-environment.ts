import { expand } from './expand.ts';
import type { Container } from './manifests.ts';

/** Where values of variables come from. */
export interface ValueSources {
  /** The data of a ConfigMap; undefined when there is none of that name. */
  configMap(name: string): Readonly<Record<string, string>> | undefined;
  /** A value of a Secret. */
  secret(name: string, key: string): Promise<string>;
  /** All values of a Secret. */
  secretData(name: string): Promise<Readonly<Record<string, string>>>;
  field(path: string): string;
  resource(ref: { readonly resource: string; readonly divisor?: string | number | undefined }): string;
}

/** Names that Kubernetes takes from ConfigMaps and Secrets; it leaves others out. */
const VARIABLE_NAME = /^[ -<>-~]+$/;

/**
 * Returns the variables of a container as the kubelet makes them: those of `envFrom` in their order, then those of
 * `env`, of which each may refer to the ones before it by `$(NAME)`.
 *
 * @throws Error for a ConfigMap or a key that does not exist and is not optional
 */
export async function containerEnvironment(
  { name: container, env, envFrom }: Container,
  sources: ValueSources,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  for (const { prefix, configMapRef, secretRef } of envFrom) {
    const data = configMapRef
      ? configMapData(configMapRef, container, sources)
      : await sources.secretData(secretRef?.name ?? '');
    for (const [key, value] of Object.entries(data))
      if (VARIABLE_NAME.test(prefix + key)) variables.set(prefix + key, value);
  }
  for (const { name, value, valueFrom } of env) {
    const resolved =
      value !== '' || !valueFrom
        ? expand(value, variables)
        : await referredValue(valueFrom, container, sources);
    // An optional reference to nothing sets nothing, and leaves what `envFrom` has set.
    if (resolved !== undefined) variables.set(name, resolved);
  }
  return variables;
}

async function referredValue(
  valueFrom: NonNullable<Container['env'][number]['valueFrom']>,
  container: string,
  sources: ValueSources,
): Promise<string | undefined> {
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (secretKeyRef) return sources.secret(secretKeyRef.name, secretKeyRef.key);
  if (fieldRef) return sources.field(fieldRef.fieldPath);
  if (resourceFieldRef) return sources.resource(resourceFieldRef);
  if (!configMapKeyRef) return '';
  const { name, key, optional } = configMapKeyRef;
  const value = configMapData(configMapKeyRef, container, sources)[key];
  if (value !== undefined || optional) return value;
  throw new Error(
    `container ${container}: ConfigMap ${name} has no key '${key}'; add it, or say optional: true`,
  );
}

function configMapData(
  { name, optional }: { readonly name: string; readonly optional: boolean },
  container: string,
  sources: ValueSources,
): Readonly<Record<string, string>> {
  const data = sources.configMap(name) ?? (optional ? {} : undefined);
  if (data) return data;
  throw new Error(
    `container ${container} needs ConfigMap ${name}, which no manifest has; add it, or say optional: true`,
  );
}
