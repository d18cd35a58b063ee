import type { NameRule } from './name-rules.ts';

/** Names that every namespace or the library itself uses, with the reason. */
const RESERVED: Readonly<Record<string, string>> = {
  default: 'every namespace has a ServiceAccount of this name, which pods without an identity use',
  'default-deny': 'the policies that deny all other traffic have this name',
  monitoring: 'the policies that admit monitoring have this name',
  constructor: 'every JavaScript object has a member of this name',
};

/** Ids of constructs that the library creates next to services and topics. */
const CONSTRUCTS: ReadonlySet<string> = new Set([
  'base',
  'network-policy',
  'authorization-policy',
  'peer-authentication',
  'sidecar',
  'telemetry',
  'monitoring-network-policy',
  'monitoring-authorization-policy',
  'broker-service-entry',
  'broker-destination-rule',
]);

/** Ids of the constructs for the hosts of an external broker. */
const BROKER_RULE = /^broker-destination-rule-\d+$/;

/** Names of database and broker objects. */
const SERVER = /^(postgres|kafka|rabbitmq)(-|$)/;

/** Validates that nothing else in the namespace has the name of a service. */
export const unreserved: NameRule = (name) => {
  const reason = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  if (reason) return `${reason}; choose another`;
  const server = SERVER.exec(name)?.[1];
  if (server)
    return `names that begin with ${server} are reserved for the server in the cluster; choose another`;
  return CONSTRUCTS.has(name) || BROKER_RULE.test(name)
    ? 'the library creates an object of this id; choose another'
    : undefined;
};

/** Validates that neither the cluster nor Istio owns the namespace. */
export const ownNamespace: NameRule = (name) =>
  /^(default|istio-system|kube-.*)$/.test(name)
    ? 'the namespace belongs to the cluster or to Istio, whose pods the default-deny policy would cut off; choose another'
    : undefined;

/**
 * Validates the name of a Postgres database and role. Postgres reserves the prefix `pg_`, some words, and the names of
 * its three initial databases.
 *
 * @see https://www.postgresql.org/docs/current/sql-createrole.html
 */
export const postgresName: NameRule = (name) => {
  if (name.startsWith('pg_')) return 'Postgres reserves names that begin with pg_';
  return ['public', 'none', 'postgres', 'template0', 'template1'].includes(name)
    ? 'Postgres reserves this name'
    : undefined;
};

/** Longest Postgres identifier, in bytes. Postgres truncates longer ones, so that two names may collide. */
export const MAX_POSTGRES_NAME_BYTES = 63;
