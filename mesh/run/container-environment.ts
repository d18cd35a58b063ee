import { expand } from './expand.ts';
import type { Container } from './workload.ts';

/** Sources of the values of variables. */
export interface ValueSources {
  /** Returns the data of a ConfigMap; undefined if there is none of that name. */
  configMap(name: string): Readonly<Record<string, string>> | undefined;
  /** Returns one value of a Secret. */
  secret(name: string, key: string): Promise<string>;
  /** Returns all values of a Secret. */
  secretData(name: string): Promise<Readonly<Record<string, string>>>;
  /** Returns the value of a `fieldRef`. */
  field(path: string): string;
  /** Returns the value of a `resourceFieldRef`. */
  resource(ref: { readonly resource: string; readonly divisor?: string | number | undefined }): string;
}

/** Keys that Kubernetes accepts as variable names in `envFrom`. It ignores all other keys. */
const VARIABLE_NAME = /^[ -<>-~]+$/;

/**
 * Returns the variables of a container as the kubelet sets them: first those of `envFrom` in order, then those of
 * `env`. Each of the latter may refer to the variables before it by `$(NAME)`.
 *
 * @throws Error if a ConfigMap or key is missing and not optional
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
    // A missing optional reference keeps the value of `envFrom`, if any.
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
    `container ${container}: ConfigMap ${name} has no key '${key}'; add it, or set optional: true`,
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
    `container ${container} needs ConfigMap ${name}, which is not in the manifests; add it, or set optional: true`,
  );
}
