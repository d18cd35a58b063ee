import type { LabelSelector, PodSpec } from '../../../imports/kubernetes.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { formatValue } from './format-value.ts';

type Labels = Readonly<Record<string, string>>;

/** Pod template of a Deployment, StatefulSet or Job. */
export interface PodTemplate {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
  /** Replicas that the workload itself requests; an autoscaler may change them. */
  readonly replicas: number;
}

/** Reports violations of one rule in manifests. Must not assume that the manifests pass the other rules. */
export type ManifestRule = (manifests: ManifestSet) => Iterable<Problem>;

/** Indexes the manifests of an app by kind, name and label. */
export class ManifestSet {
  readonly all: readonly Manifest[];
  readonly pods: readonly PodTemplate[];
  readonly #kinds: ReadonlyMap<string, readonly Manifest[]>;
  readonly #byName = new Map<string, Manifest>();
  readonly #malformed: ReadonlySet<Manifest>;
  readonly #podsByLabel = new Map<string, PodTemplate[]>();

  /** @param malformed manifests with fields of the wrong type, of which only the metadata can be read */
  constructor(all: readonly Manifest[], malformed: ReadonlySet<Manifest>) {
    this.all = all;
    this.#malformed = malformed;
    this.#kinds = Map.groupBy(all, ({ object }) => object.kind);
    for (const manifest of all) {
      this.#byName.set(
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

  /** Returns the manifests of a kind, without malformed ones. */
  ofKind(kind: string): readonly Manifest[] {
    return this.allOfKind(kind).filter((manifest) => !this.#malformed.has(manifest));
  }

  /** Returns all manifests of a kind, including malformed ones. */
  allOfKind(kind: string): readonly Manifest[] {
    return this.#kinds.get(kind) ?? [];
  }

  /** Returns the manifest of an object; undefined if there is none. */
  find(kind: string, namespace: string, name: string): Manifest | undefined {
    return this.#byName.get(keyOf(kind, namespace, name));
  }

  /** Returns the names of the objects of a kind in a namespace. */
  names(kind: string, namespace: string): readonly string[] {
    return this.allOfKind(kind)
      .filter((manifest) => namespaceOf(manifest) === namespace)
      .map(({ object }) => object.metadata.name);
  }

  /** Returns the pods that have all of `labels`; all pods of the namespace if `labels` is empty. */
  podsWithLabels(namespace: string, labels: Labels): readonly PodTemplate[] {
    const [first, ...others] = Object.entries(labels);
    if (!first) return this.pods.filter((pod) => pod.namespace === namespace);
    const candidates = this.#podsByLabel.get(keyOf(namespace, ...first)) ?? [];
    return others.length === 0
      ? candidates
      : candidates.filter((pod) => others.every(([key, value]) => pod.labels[key] === value));
  }

  /** Returns the pods that match a label selector. */
  selectPods(namespace: string, selector: LabelSelector): readonly PodTemplate[] {
    const candidates = this.podsWithLabels(namespace, selector.matchLabels ?? {});
    const expressions = selector.matchExpressions ?? [];
    return candidates.filter(({ labels }) =>
      expressions.every(({ key, operator, values = [] }) => {
        const value = labels[key];
        if (operator === 'Exists') return value !== undefined;
        if (operator === 'DoesNotExist') return value === undefined;
        const isIncluded = value !== undefined && values.includes(value);
        return operator === 'In' ? isIncluded : !isIncluded;
      }),
    );
  }
}

/** Returns the namespace of an object; `default` if it declares none. */
export function namespaceOf({ object }: Manifest): string {
  return object.metadata.namespace ?? 'default';
}

/** Returns the spec of an object. The caller must have ensured by the schema check that its type is `Spec`. */
export function specOf<Spec>({ object }: Manifest): Spec {
  return (object.spec ?? {}) as Spec;
}

/**
 * Creates the problem of a field of a manifest.
 *
 * @param value the current value; undefined if the message must not show one
 * @param fix how to fix the value
 */
export function problem(
  manifest: Manifest,
  rule: string,
  field: string,
  value: unknown,
  fix: string,
): Problem {
  const { kind, metadata } = manifest.object;
  const is = value === undefined ? '' : ` is ${formatValue(value)}`;
  return { path: manifest.path, rule, message: `${kind} ${metadata.name}: ${field}${is}: ${fix}` };
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
