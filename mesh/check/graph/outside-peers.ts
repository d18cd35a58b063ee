import type { PodPeer } from '../../graph/outside-peers.ts';
import { type Finding, numberFindings } from '../../policy/finding.ts';
import { cidrProblem } from '../rules/cidr.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import {
  label,
  labelValue,
  type NameRule,
  qualifiedName,
  serviceLabel,
  subdomain,
} from '../rules/name-rules.ts';

/** Peers outside of the graph that an environment declares have names and networks that Kubernetes accepts. */
export const outsidePeers: GraphRule = function* ({ environment, node }) {
  const { monitoring, telemetry = [], dns, postgres, kafka, rabbitmq } = environment;
  const findings = function* (): Generator<Finding> {
    if (monitoring) {
      yield* podPeer('environment/monitoring', 'monitoring', monitoring);
      const { serviceAccount } = monitoring;
      yield* name('environment/monitoring', 'monitoring.serviceAccount', serviceAccount, subdomain);
    }
    for (const [index, peer] of telemetry.entries()) {
      const [rule, field] = ['environment/telemetry', `telemetry[${index}]`];
      yield* podPeer(rule, field, peer);
      yield* name(rule, `${field}.service`, peer.service, serviceLabel);
      yield* ports(rule, `${field}.ports`, peer.ports);
    }
    if (dns?.length === 0)
      yield {
        rule: 'environment/dns',
        message: 'dns is empty, so no pod resolves a name: leave it out, or name a server',
      };
    for (const [index, peer] of (dns ?? []).entries()) {
      const [rule, field] = ['environment/dns', `dns[${index}]`];
      if ('cidr' in peer) yield* network(rule, `${field}.cidr`, peer.cidr);
      else yield* podPeer(rule, field, peer);
      if (peer.port !== undefined) yield* ports(rule, `${field}.port`, [peer.port]);
    }
    yield* network('environment/network', 'postgres.networkCidr', postgres?.networkCidr);
    if (typeof kafka === 'object')
      yield* network('environment/network', 'kafka.networkCidr', kafka.networkCidr);
    if (typeof rabbitmq === 'object')
      yield* network('environment/network', 'rabbitmq.networkCidr', rabbitmq.networkCidr);
  };
  for (const finding of findings()) yield { path: node.path, ...finding };
};

/** Empty labels would select every pod of the namespace. */
function* podPeer(rule: string, field: string, { namespace, labels }: PodPeer): Generator<Finding> {
  yield* name(rule, `${field}.namespace`, namespace, label);
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0)
    yield {
      rule,
      message: `${field}.labels names no label, which selects every pod of '${namespace}': give those of the pods`,
    };
  for (const [key, value] of entries) {
    yield* name(rule, `a key of ${field}.labels`, key, qualifiedName);
    yield* name(rule, `${field}.labels['${key}']`, value, labelValue);
  }
}

function* name(rule: string, field: string, value: string, nameRule: NameRule): Generator<Finding> {
  const change = nameRule(value ?? '');
  if (change) yield { rule, message: `${field} is '${value}': ${change}` };
}

function* ports(rule: string, field: string, values: readonly number[] | undefined): Generator<Finding> {
  if (values?.length === 0) yield { rule, message: `${field} is empty: leave it out, or give a port` };
  for (const value of values ?? [])
    yield* numberFindings(rule, field, value, { min: 1, max: 65_535, isInteger: true });
}

function* network(rule: string, field: string, cidr: string | undefined): Generator<Finding> {
  const change = cidr === undefined ? undefined : cidrProblem(cidr);
  if (change) yield { rule, message: `${field} is '${cidr}': ${change}` };
}
