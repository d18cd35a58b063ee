import { storesConfig } from '../../compile/stores.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../graph-rule.ts';

/** No two services share a database or a role: `a-events` with a store has the role that topics give `a`. */
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
};

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
