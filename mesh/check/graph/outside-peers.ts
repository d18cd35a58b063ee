import type { PodPeer } from '../../graph/external-peers.ts';
import { type Finding, numberFindings } from '../../policy/problem.ts';
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

/** Requires peers outside the graph to have names, ports and networks that Kubernetes accepts. */
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
        message: 'dns is empty, so pods cannot resolve names: omit it, or list a server',
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

/** Requires labels: without any, the selector would match every pod of the namespace. */
function* podPeer(rule: string, field: string, { namespace, labels }: PodPeer): Generator<Finding> {
  yield* name(rule, `${field}.namespace`, namespace, label);
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0)
    yield {
      rule,
      message: `${field}.labels is empty, which selects every pod of '${namespace}': set the labels of the pods`,
    };
  for (const [key, value] of entries) {
    yield* name(rule, `a key of ${field}.labels`, key, qualifiedName);
    yield* name(rule, `${field}.labels['${key}']`, value, labelValue);
  }
}

function* name(rule: string, field: string, value: string, nameRule: NameRule): Generator<Finding> {
  const fix = nameRule(value ?? '');
  if (fix) yield { rule, message: `${field} is '${value}': ${fix}` };
}

function* ports(rule: string, field: string, values: readonly number[] | undefined): Generator<Finding> {
  if (values?.length === 0) yield { rule, message: `${field} is empty: omit it, or list a port` };
  for (const value of values ?? [])
    yield* numberFindings(rule, field, value, { min: 1, max: 65_535, isInteger: true });
}

function* network(rule: string, field: string, cidr: string | undefined): Generator<Finding> {
  const fix = cidr === undefined ? undefined : cidrProblem(cidr);
  if (fix) yield { rule, message: `${field} is '${cidr}': ${fix}` };
}
