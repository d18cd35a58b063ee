import type { NameRule } from './name-rules.ts';

/** Names that every namespace or the library itself has. */
const RESERVED: Readonly<Record<string, string>> = {
  default: 'every namespace has a ServiceAccount of this name, which pods without an identity run as',
  'default-deny': 'the policies that refuse all other traffic have it',
  monitoring: 'the policies that admit monitoring have it',
  constructor: 'every JavaScript object has a member of this name',
};

/** Ids of constructs that the library makes beside services and topics. */
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

/** One for each host of a broker outside of the cluster. */
const BROKER_RULE = /^broker-destination-rule-\d+$/;

/** Servers of data and events, and the objects that belong to them. */
const SERVER = /^(postgres|kafka|rabbitmq)(-|$)/;

/** A service's name that nothing else in its namespace has. */
export const unreserved: NameRule = (name) => {
  const reason = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  if (reason) return `${reason}; choose another`;
  const server = SERVER.exec(name)?.[1];
  if (server) return `names that begin with ${server} are those of the server in the cluster; choose another`;
  return CONSTRUCTS.has(name) || BROKER_RULE.test(name)
    ? 'the library makes an object of this id; choose another'
    : undefined;
};

/** A namespace that the cluster or Istio does not own. */
export const ownNamespace: NameRule = (name) =>
  /^(default|istio-system|kube-.*)$/.test(name)
    ? 'the namespace belongs to the cluster or to Istio, whose pods the default deny would cut off; choose another'
    : undefined;

/**
 * A database and role that Postgres takes, quoted or not: it reserves `pg_` and a few words, and has three databases.
 * @see https://www.postgresql.org/docs/current/sql-createrole.html
 */
export const postgresName: NameRule = (name) => {
  if (name.startsWith('pg_')) return 'Postgres reserves names that begin with pg_';
  return ['public', 'none', 'postgres', 'template0', 'template1'].includes(name)
    ? 'Postgres reserves this name'
    : undefined;
};

/** Bytes of an identifier that Postgres keeps: the rest is cut off, and two names may become one. */
export const MAX_POSTGRES_NAME_BYTES = 63;
