import type { LabelSelector } from '../../../imports/kubernetes.ts';
import { ISTIO_NAMESPACE } from '../../compile/peers/control-plane.ts';
import type { Manifest } from '../../render/manifest.ts';
import { type ManifestRule, type ManifestSet, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';

/** Pod selector of an object. */
interface Selection {
  readonly field: string;
  /** The value as written in the manifest, for messages. */
  readonly value: unknown;
  readonly selector: LabelSelector;
}

/** Extracts the pod selector of each kind. Omits Gateway, which selects ingress pods that are not in the manifests. */
const SELECTIONS: Readonly<Record<string, (manifest: Manifest) => Selection | undefined>> = {
  Service: (manifest) => {
    const { selector } = specOf<{ readonly selector?: Readonly<Record<string, string>> }>(manifest);
    return selector && { field: 'spec.selector', value: selector, selector: { matchLabels: selector } };
  },
  PodDisruptionBudget: (manifest) => toSelection('spec.selector', specOf<SelectorSpec>(manifest).selector),
  NetworkPolicy: (manifest) => toSelection('spec.podSelector', specOf<SelectorSpec>(manifest).podSelector),
  AuthorizationPolicy: (manifest) => toSelection('spec.selector', specOf<SelectorSpec>(manifest).selector),
  PeerAuthentication: (manifest) => toSelection('spec.selector', specOf<SelectorSpec>(manifest).selector),
  RequestAuthentication: (manifest) => toSelection('spec.selector', specOf<SelectorSpec>(manifest).selector),
  Telemetry: (manifest) => toSelection('spec.selector', specOf<SelectorSpec>(manifest).selector),
  DestinationRule: (manifest) =>
    toSelection('spec.workloadSelector', specOf<SelectorSpec>(manifest).workloadSelector),
  Sidecar: workloadLabels,
  EnvoyFilter: workloadLabels,
};

function workloadLabels(manifest: Manifest): Selection | undefined {
  const labels = specOf<SelectorSpec>(manifest).workloadSelector?.labels;
  return (
    labels && { field: 'spec.workloadSelector.labels', value: labels, selector: { matchLabels: labels } }
  );
}

interface SelectorSpec {
  readonly selector?: LabelSelector;
  readonly podSelector?: LabelSelector;
  readonly workloadSelector?: LabelSelector & { readonly labels?: Readonly<Record<string, string>> };
}

/**
 * Requires selectors to match at least one pod, and the selector of a workload to match its own pods. Skips objects in the
 * namespace of Istio, whose pods are not in the manifests.
 */
export const selectors: ManifestRule = function* (set) {
  for (const [kind, selectionOf] of Object.entries(SELECTIONS)) {
    for (const manifest of set.ofKind(kind)) {
      const selection = selectionOf(manifest);
      if (
        !selection ||
        namespaceOf(manifest) === ISTIO_NAMESPACE ||
        matchesPods(set, manifest, selection.selector)
      )
        continue;
      const fix = `no pod in namespace ${namespaceOf(manifest)} has these labels; use those of a Deployment's template`;
      yield problem(manifest, 'reference/selector', selection.field, selection.value, fix);
    }
  }
  for (const { manifest, namespace, labels } of set.pods) {
    const { selector } = specOf<SelectorSpec>(manifest);
    if (!selector || set.selectPods(namespace, selector).some((pod) => pod.manifest === manifest)) continue;
    yield problem(
      manifest,
      'reference/selector',
      'spec.selector',
      selector,
      `its own pods have ${JSON.stringify(labels)}; select these labels`,
    );
  }
};

function toSelection(field: string, selector: LabelSelector | undefined): Selection | undefined {
  return selector && { field, value: selector, selector };
}

function matchesPods(set: ManifestSet, manifest: Manifest, selector: LabelSelector): boolean {
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;
  return isEmpty || set.selectPods(namespaceOf(manifest), selector).length > 0;
}
