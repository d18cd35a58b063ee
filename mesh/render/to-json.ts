import {
  ApiObject,
  type App,
  ImplicitTokenResolver,
  type IResolver,
  JsonPatch,
  LazyResolver,
  NumberStringUnionResolver,
} from 'cdk8s';
import { resolve } from 'cdk8s/lib/resolve.js';
import type { KubernetesObject } from './manifest.ts';

/** What cdk8s keeps private of an object, and its own toJson reads. */
interface Parts {
  readonly props: object;
  readonly patches: readonly JsonPatch[];
  readonly metadata: { readonly _additionalAttributes: object } & Readonly<Record<MetadataField, unknown>>;
}

type MetadataField = 'name' | 'namespace' | 'annotations' | 'finalizers' | 'ownerReferences' | 'labels';

/**
 * The JSON of `object`, equal to `object.toJson()`. cdk8s asks each of its resolvers about each value and
 * copies the result twice; here a value that no resolver would touch is copied once.
 *
 * @throws Error that names the construct, when a value has no JSON.
 */
export function toJson(object: ApiObject, app: App): KubernetesObject {
  const own = object.toJson === ApiObject.prototype.toJson && app.resolvers.every(isBuiltIn);
  if (!own) return object.toJson();
  try {
    return render(object, object as unknown as Parts);
  } catch (cause) {
    throw new Error(`${object.node.path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function isBuiltIn(resolver: IResolver): boolean {
  return (
    resolver.constructor === LazyResolver ||
    resolver.constructor === ImplicitTokenResolver ||
    resolver.constructor === NumberStringUnionResolver
  );
}

function render(object: ApiObject, { props, patches, metadata }: Parts): KubernetesObject {
  const copying: Copying = { object, sorted: !process.env.CDK8S_DISABLE_SORT, withoutEmpty: false };
  const { name, namespace, annotations, finalizers, ownerReferences, labels } = metadata;
  const fields = {
    ...metadata._additionalAttributes,
    name,
    namespace,
    annotations,
    finalizers,
    ownerReferences,
    labels,
  };
  const rendered = {
    ...copyMap({ ...props, metadata: undefined }, copying),
    metadata: copy(fields, { object, sorted: true, withoutEmpty: true }),
  };
  return topLevelOrder(patches.length > 0 ? JsonPatch.apply(rendered, ...patches) : rendered);
}

interface Copying {
  readonly object: ApiObject;
  readonly sorted: boolean;
  /** Whether empty lists and maps are left out, as cdk8s does in metadata. */
  readonly withoutEmpty: boolean;
}

function copy(value: unknown, copying: Copying): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    return copying.withoutEmpty && value.length === 0 ? undefined : value.map((item) => copy(item, copying));
  }
  const map = value as Readonly<Record<string, unknown>>;
  // Not its `constructor`, which may be a key of a ConfigMap.
  if (Object.getPrototypeOf(map) !== Object.prototype || typeof map.resolve === 'function') {
    return copyResolved(resolve([], value, copying.object), copying);
  }
  return copyMap(map, copying);
}

/** A value that cdk8s' resolvers have seen: what is not plain by now has no JSON. */
function copyResolved(value: unknown, copying: Copying): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Data of another realm, as in a test, has another `Object`.
  if (isObject && Object.getPrototypeOf(value)?.constructor.name !== 'Object') {
    throw new Error(`a ${value.constructor?.name ?? 'map without prototype'} has no JSON: give plain data`);
  }
  return isObject ? copyMap(value as Readonly<Record<string, unknown>>, copying) : copy(value, copying);
}

function copyMap(map: Readonly<Record<string, unknown>>, copying: Copying): object | undefined {
  const keys = Object.keys(map);
  if (copying.sorted) keys.sort();
  const result: Record<string, unknown> = {};
  let isEmpty = true;
  for (const key of keys) {
    const value = copy(map[key], copying);
    if (value === undefined) continue;
    result[key] = value;
    isEmpty = false;
  }
  return isEmpty && copying.withoutEmpty ? undefined : result;
}

function topLevelOrder(object: Readonly<Record<string, unknown>>): KubernetesObject {
  const { apiVersion, kind, metadata, ...rest } = object as KubernetesObject;
  const head = { ...('apiVersion' in object && { apiVersion }), ...('kind' in object && { kind }) };
  return { ...head, ...('metadata' in object && { metadata }), ...rest } as KubernetesObject;
}
