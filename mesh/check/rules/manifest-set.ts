import type { LabelSelector, PodSpec } from '../../../imports/kubernetes.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { formatValue } from './format-value.ts';

type Labels = Readonly<Record<string, string>>;

/** What a Deployment, a StatefulSet or a Job makes pods from. */
export interface PodTemplate {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
  /** Pods at least, by the workload itself. */
  readonly replicas: number;
}

/** Finds what is wrong in manifests, in one respect. Takes nothing for granted that another rule checks. */
export type ManifestRule = (manifests: ManifestSet) => Iterable<Problem>;

/** The manifests of an app, to be looked up by kind, name and label. */
export class ManifestSet {
  readonly all: readonly Manifest[];
  readonly pods: readonly PodTemplate[];
  readonly #kinds: ReadonlyMap<string, readonly Manifest[]>;
  readonly #named = new Map<string, Manifest>();
  readonly #shapeless: ReadonlySet<Manifest>;
  readonly #podsByLabel = new Map<string, PodTemplate[]>();

  /** @param shapeless whose objects are not what their kinds say, so that only their names can be relied on */
  constructor(all: readonly Manifest[], shapeless: ReadonlySet<Manifest>) {
    this.all = all;
    this.#shapeless = shapeless;
    this.#kinds = Map.groupBy(all, ({ object }) => object.kind);
    for (const manifest of all) {
      this.#named.set(
        keyOf(manifest.object.kind, namespaceOf(manifest), manifest.object.metadata.name),
        manifest,
      );
    }
    this.pods = ['Deployment', 'StatefulSet', 'Job'].flatMap((kind) => this.ofKind(kind).map(podTemplate));
    for (const pod of this.pods) {
      for (const [key, value] of Object.entries(pod.labels)) {
        const label = keyOf(pod.namespace, key, value);
        const pods = this.#podsByLabel.get(label);
        if (pods) pods.push(pod);
        else this.#podsByLabel.set(label, [pod]);
      }
    }
  }

  /** Manifests of a kind whose objects have the shape of that kind. */
  ofKind(kind: string): readonly Manifest[] {
    return this.allOfKind(kind).filter((manifest) => !this.#shapeless.has(manifest));
  }

  /** All manifests of a kind. */
  allOfKind(kind: string): readonly Manifest[] {
    return this.#kinds.get(kind) ?? [];
  }

  find(kind: string, namespace: string, name: string): Manifest | undefined {
    return this.#named.get(keyOf(kind, namespace, name));
  }

  /** Names of the objects of a kind in a namespace. */
  names(kind: string, namespace: string): readonly string[] {
    return this.allOfKind(kind)
      .filter((manifest) => namespaceOf(manifest) === namespace)
      .map(({ object }) => object.metadata.name);
  }

  /** Pods that have all of `labels`; without labels, all of the namespace. */
  podsWithLabels(namespace: string, labels: Labels): readonly PodTemplate[] {
    const [first, ...others] = Object.entries(labels);
    if (!first) return this.pods.filter((pod) => pod.namespace === namespace);
    const found = this.#podsByLabel.get(keyOf(namespace, ...first)) ?? [];
    return others.length === 0
      ? found
      : found.filter((pod) => others.every(([key, value]) => pod.labels[key] === value));
  }

  /** Pods that a Kubernetes selector selects; expressions are looked at one by one. */
  selectPods(namespace: string, selector: LabelSelector): readonly PodTemplate[] {
    const found = this.podsWithLabels(namespace, selector.matchLabels ?? {});
    const expressions = selector.matchExpressions ?? [];
    return found.filter(({ labels }) =>
      expressions.every(({ key, operator, values = [] }) => {
        const value = labels[key];
        if (operator === 'Exists') return value !== undefined;
        if (operator === 'DoesNotExist') return value === undefined;
        const isOne = value !== undefined && values.includes(value);
        return operator === 'In' ? isOne : !isOne;
      }),
    );
  }
}

/** The namespace that an object is in: `default` when it does not say. */
export function namespaceOf({ object }: Manifest): string {
  return object.metadata.namespace ?? 'default';
}

/** The spec of an object, whose shape the schema check has seen. */
export function specOf<Spec>({ object }: Manifest): Spec {
  return (object.spec ?? {}) as Spec;
}

/** Says what is wrong with a field of a manifest. */
export function problem(
  manifest: Manifest,
  rule: string,
  field: string,
  value: unknown,
  change: string,
): Problem {
  const { kind, metadata } = manifest.object;
  const is = value === undefined ? '' : ` is ${formatValue(value)}`;
  return { path: manifest.path, rule, message: `${kind} ${metadata.name}: ${field}${is}: ${change}` };
}

function podTemplate(manifest: Manifest): PodTemplate {
  const { replicas, template } = specOf<{
    readonly replicas?: number;
    readonly template?: {
      readonly metadata?: { labels?: Labels; annotations?: Labels };
      readonly spec?: PodSpec;
    };
  }>(manifest);
  return {
    manifest,
    namespace: namespaceOf(manifest),
    labels: template?.metadata?.labels ?? {},
    annotations: template?.metadata?.annotations ?? {},
    spec: template?.spec ?? { containers: [] },
    replicas: replicas ?? 1,
  };
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\n');
}
