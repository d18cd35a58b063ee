import type { LabelSelector } from '../../../imports/kubernetes.ts';
import type { Manifest } from '../../render/manifest.ts';
import { type ManifestRule, type ManifestSet, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';

/** A selector, and where it is. */
interface Selection {
  readonly field: string;
  /** As it stands there. */
  readonly value: unknown;
  readonly selector: LabelSelector;
}

/** Where each kind keeps the selector of pods that are here; a Gateway's are the ingress gateway's, elsewhere. */
const SELECTIONS: Readonly<Record<string, (manifest: Manifest) => Selection | undefined>> = {
  Service: (manifest) => {
    const { selector } = specOf<{ readonly selector?: Readonly<Record<string, string>> }>(manifest);
    return selector && { field: 'spec.selector', value: selector, selector: { matchLabels: selector } };
  },
  PodDisruptionBudget: (manifest) => selection('spec.selector', specOf<Selecting>(manifest).selector),
  NetworkPolicy: (manifest) => selection('spec.podSelector', specOf<Selecting>(manifest).podSelector),
  AuthorizationPolicy: (manifest) => selection('spec.selector', specOf<Selecting>(manifest).selector),
  PeerAuthentication: (manifest) => selection('spec.selector', specOf<Selecting>(manifest).selector),
  RequestAuthentication: (manifest) => selection('spec.selector', specOf<Selecting>(manifest).selector),
  Telemetry: (manifest) => selection('spec.selector', specOf<Selecting>(manifest).selector),
  DestinationRule: (manifest) =>
    selection('spec.workloadSelector', specOf<Selecting>(manifest).workloadSelector),
  Sidecar: (manifest) => {
    const labels = specOf<Selecting>(manifest).workloadSelector?.labels;
    return (
      labels && { field: 'spec.workloadSelector.labels', value: labels, selector: { matchLabels: labels } }
    );
  },
};

interface Selecting {
  readonly selector?: LabelSelector;
  readonly podSelector?: LabelSelector;
  readonly workloadSelector?: LabelSelector & { readonly labels?: Readonly<Record<string, string>> };
}

/** What selects pods selects some, and a workload's own selector those that it makes. */
export const selectors: ManifestRule = function* (set) {
  for (const [kind, of] of Object.entries(SELECTIONS)) {
    for (const manifest of set.ofKind(kind)) {
      const found = of(manifest);
      if (!found || selectsSome(set, manifest, found.selector)) continue;
      const change = `no pod in namespace ${namespaceOf(manifest)} has these labels; use those of a Deployment's template`;
      yield problem(manifest, 'reference/selector', found.field, found.value, change);
    }
  }
  for (const { manifest, namespace, labels } of set.pods) {
    const { selector } = specOf<Selecting>(manifest);
    if (!selector || set.selectPods(namespace, selector).some((pod) => pod.manifest === manifest)) continue;
    yield problem(
      manifest,
      'reference/selector',
      'spec.selector',
      selector,
      `its own pods have ${JSON.stringify(labels)}; use labels of these`,
    );
  }
};

function selection(field: string, selector: LabelSelector | undefined): Selection | undefined {
  return selector && { field, value: selector, selector };
}

function selectsSome(set: ManifestSet, manifest: Manifest, selector: LabelSelector): boolean {
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;
  return isEmpty || set.selectPods(namespaceOf(manifest), selector).length > 0;
}
