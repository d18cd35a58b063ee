import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../../imports/kubernetes.ts';
import type {
  AuthorizationPolicyRules,
  AuthorizationPolicySpec,
} from '../../../imports/security.istio.io.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { cidrProblem } from '../rules/cidr.ts';
import {
  type ManifestRule,
  type ManifestSet,
  namespaceOf,
  type PodTemplate,
  problem,
  specOf,
} from '../rules/manifest-set.ts';
import { PRINCIPAL } from './authorization.ts';

/**
 * Requires NetworkPolicies to admit what pods need: DNS by UDP and TCP for isolated pods, and access for each principal
 * that an AuthorizationPolicy admits. Also requires valid CIDR ranges.
 */
export const networkPolicies: ManifestRule = function* (set) {
  const policies = set
    .ofKind('NetworkPolicy')
    .map((manifest) => ({ manifest, spec: specOf<NetworkPolicySpec>(manifest) }));
  const ingress = new Map<PodTemplate, NetworkPolicyIngressRule[]>();
  const egress = new Map<PodTemplate, NetworkPolicyEgressRule[]>();
  for (const { manifest, spec } of policies) {
    yield* cidrProblems(manifest, spec);
    for (const pod of set.selectPods(namespaceOf(manifest), spec.podSelector ?? {})) {
      if (spec.policyTypes?.includes('Ingress') ?? true) add(ingress, pod, spec.ingress);
      if (spec.policyTypes?.includes('Egress') ?? spec.egress) add(egress, pod, spec.egress);
    }
  }
  for (const [pod, rules] of egress) yield* dnsProblems(pod, rules);
  for (const manifest of set.ofKind('AuthorizationPolicy')) yield* accessProblems(set, manifest, ingress);
};

function add<Rule>(
  rulesByPod: Map<PodTemplate, Rule[]>,
  pod: PodTemplate,
  rules: readonly Rule[] = [],
): void {
  const podRules = rulesByPod.get(pod);
  if (podRules) podRules.push(...rules);
  else rulesByPod.set(pod, [...rules]);
}

function* cidrProblems(
  manifest: Manifest,
  { ingress = [], egress = [] }: NetworkPolicySpec,
): Generator<Problem> {
  const peers = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
  for (const { ipBlock } of peers) {
    for (const cidr of ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : []) {
      const fix = cidrProblem(cidr);
      if (fix) yield problem(manifest, 'network/cidr', 'a network', cidr, fix);
    }
  }
}

/** Requires TCP to each DNS server that is reachable by UDP: resolvers retry truncated responses by TCP. */
function* dnsProblems(
  { manifest }: PodTemplate,
  rules: readonly NetworkPolicyEgressRule[],
): Generator<Problem> {
  const fix = 'a NetworkPolicy must allow egress to DNS by UDP and TCP';
  const udp = rules.filter(({ ports }) => !ports || ports.some(({ protocol }) => protocol === 'UDP'));
  if (udp.length === 0) yield problem(manifest, 'network/dns', 'egress by UDP', undefined, fix);
  for (const { ports = [] } of udp) {
    for (const { port } of ports.filter(({ protocol }) => protocol === 'UDP')) {
      if (ports.some((one) => isTcp(one) && one.port === port)) continue;
      yield problem(manifest, 'network/dns', `egress by TCP to port ${port}`, undefined, fix);
    }
  }
}

function isTcp({ protocol = 'TCP' }: NetworkPolicyPort): boolean {
  return protocol === 'TCP';
}

/** Requires NetworkPolicies to admit every principal that an AuthorizationPolicy admits at a port. */
function* accessProblems(
  set: ManifestSet,
  manifest: Manifest,
  ingress: ReadonlyMap<PodTemplate, readonly NetworkPolicyIngressRule[]>,
): Generator<Problem> {
  const { action = 'ALLOW', selector, rules = [] } = specOf<AuthorizationPolicySpec>(manifest);
  if (action !== 'ALLOW') return;
  const pods = set.podsWithLabels(namespaceOf(manifest), selector?.matchLabels ?? {});
  for (const [principal, port] of rules.flatMap(grants)) {
    const closedPod = pods.find((pod) => {
      const admitting = ingress.get(pod);
      return admitting && !admitting.some((rule) => hasPort(rule, port) && admits(set, rule, pod, principal));
    });
    if (!closedPod) continue;
    const { kind, metadata } = closedPod.manifest.object;
    const fix = `no NetworkPolicy admits it to port ${port} of ${kind} ${metadata.name}; add it to the ingress of one`;
    yield problem(manifest, 'network/authorization', 'a principal', principal, fix);
  }
}

/** Returns the pairs of principal and port of a rule that names both. */
function grants({ from = [], to = [] }: AuthorizationPolicyRules): readonly (readonly [string, number])[] {
  const principals = from.flatMap(({ source }) => source?.principals ?? []);
  const ports = [...new Set(to.flatMap(({ operation }) => operation?.ports ?? []))];
  return principals.flatMap((principal) => ports.map((port) => [principal, Number(port)] as const));
}

function hasPort({ ports }: NetworkPolicyIngressRule, port: number): boolean {
  if (!ports) return true;
  // Named ports are not resolved; they count as a match.
  return ports.some(
    (one) =>
      isTcp(one) &&
      (typeof one.port !== 'number' || one.port === port || (one.port <= port && port <= (one.endPort ?? 0))),
  );
}

function admits(
  set: ManifestSet,
  { from }: NetworkPolicyIngressRule,
  pod: PodTemplate,
  principal: string,
): boolean {
  const [, namespace, account] = PRINCIPAL.exec(principal) ?? [];
  // A principal with wildcards cannot be resolved to pods.
  if (!from || namespace === undefined) return true;
  return from.some((peer) => matchesPeer(set, peer, pod, namespace, account ?? ''));
}

/**
 * Returns whether a peer admits the pods of an identity. For pods in other namespaces, only the namespace is compared.
 */
function matchesPeer(
  set: ManifestSet,
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  pod: PodTemplate,
  namespace: string,
  account: string,
): boolean {
  if (ipBlock) return false;
  if (namespaceSelector) {
    const { matchLabels = {}, matchExpressions } = namespaceSelector;
    const name = matchLabels['kubernetes.io/metadata.name'];
    if (name !== undefined) return name === namespace;
    return Object.keys(matchLabels).length === 0 && !matchExpressions?.length;
  }
  if (pod.namespace !== namespace) return false;
  return set
    .selectPods(namespace, podSelector ?? {})
    .some(({ spec }) => (spec.serviceAccountName ?? 'default') === account);
}
