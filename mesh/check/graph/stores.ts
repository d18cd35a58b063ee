import { eventsAccess, hasPostgresEvents, storesConfig } from '../../compile/peers/stores.ts';
import type { Service } from '../../graph/service.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { MAX_POSTGRES_NAME_BYTES, postgresName } from '../rules/reserved-names.ts';

/**
 * Postgres takes the names of databases and roles, and no two services share one: `a-events` with a store has the role
 * that topics give `a`.
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
      owner: `service '${service}' at the topics`,
      name: role,
    })),
  ];
  yield* shared(platform.node.path, 'database', databases);
  yield* shared(platform.node.path, 'role', roles);
  for (const service of platform.services) yield* nameProblems(service);
};

function* nameProblems(service: Service): Generator<Problem> {
  const { name, store, node } = service;
  const change = store && postgresName(store.database);
  if (change) {
    const message = `'${name}' has a store, whose database and role are '${store.database}': ${change}; rename the service`;
    yield { path: node.path, rule: 'store/name', message };
  }
  if (!hasPostgresEvents(service)) return;
  // Policies have the role's name and what it may do.
  const longest = `${eventsAccess(service).role}_insert`;
  const bytes = Buffer.byteLength(longest);
  if (bytes <= MAX_POSTGRES_NAME_BYTES) return;
  const message = `'${name}' has topics in Postgres, and ${longest} has ${bytes} bytes: Postgres keeps ${MAX_POSTGRES_NAME_BYTES}; shorten the service's name by ${bytes - MAX_POSTGRES_NAME_BYTES}`;
  yield { path: node.path, rule: 'store/name', message };
}

function* shared(
  path: string,
  what: string,
  names: readonly { owner: string; name: string }[],
): Generator<Problem> {
  const owners = Map.groupBy(names, ({ name }) => name);
  for (const [name, sharing] of owners) {
    if (sharing.length < 2) continue;
    const who = sharing.map(({ owner }) => owner).join(' and ');
    yield {
      path,
      rule: 'store/shared',
      message: `${who} would share the ${what} '${name}': rename a service`,
    };
  }
}
