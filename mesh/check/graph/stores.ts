import { eventsAccess, hasPostgresEvents, storesConfig } from '../../compile/peers/stores.ts';
import type { Service } from '../../graph/service.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { MAX_POSTGRES_NAME_BYTES, postgresName } from '../rules/reserved-names.ts';

/**
 * Requires valid and distinct names of Postgres databases and roles. A collision can be indirect: the store of service
 * `a-events` has the role that the topics of service `a` have.
 */
export const stores: GraphRule = function* (platform) {
  const { stores, events } = storesConfig(platform);
  const databases = [
    ...stores.map(({ service, database }) => ({ owner: `service '${service}'`, name: database })),
    ...(events ? [{ owner: 'the topics', name: events.database }] : []),
  ];
  const roles = [
    ...stores.map(({ service, role }) => ({ owner: `service '${service}'`, name: role })),
    ...(events ? [{ owner: 'the topics', name: events.owner }] : []),
    ...(events?.roles ?? []).map(({ service, role }) => ({
      owner: `service '${service}' for its topics`,
      name: role,
    })),
  ];
  yield* sharedNameProblems(platform.node.path, 'database', databases);
  yield* sharedNameProblems(platform.node.path, 'role', roles);
  for (const service of platform.services) yield* nameProblems(service);
};

function* nameProblems(service: Service): Generator<Problem> {
  const { name, store, node } = service;
  const fix = store && postgresName(store.database);
  if (fix) {
    const message = `'${name}' has a store, whose database and role are '${store.database}': ${fix}; rename the service`;
    yield { path: node.path, rule: 'store/name', message };
  }
  if (!hasPostgresEvents(service)) return;
  // The name of a row-level security policy is the role and the permission.
  const policyName = `${eventsAccess(service).role}_insert`;
  const bytes = Buffer.byteLength(policyName);
  if (bytes <= MAX_POSTGRES_NAME_BYTES) return;
  const message = `'${name}' has topics in Postgres, and ${policyName} has ${bytes} bytes: Postgres truncates names to ${MAX_POSTGRES_NAME_BYTES}; shorten the service's name by ${bytes - MAX_POSTGRES_NAME_BYTES}`;
  yield { path: node.path, rule: 'store/name', message };
}

function* sharedNameProblems(
  path: string,
  kind: 'database' | 'role',
  names: readonly { owner: string; name: string }[],
): Generator<Problem> {
  const owners = Map.groupBy(names, ({ name }) => name);
  for (const [name, sharing] of owners) {
    if (sharing.length < 2) continue;
    const names = sharing.map(({ owner }) => owner).join(' and ');
    yield {
      path,
      rule: 'store/shared',
      message: `${names} would share the ${kind} '${name}': rename a service`,
    };
  }
}
