import { App } from 'cdk8s';
import { ENVIRONMENTS } from '../../charts/environments.ts';
import { Shop } from '../../charts/shop.ts';
import { checkQueries } from '../../mesh/check/queries/check-queries.ts';

/** Checks the queries of all dashboards, recording rules and alerts of the shop. Returns a line per problem. */
export async function runQueryRule(): Promise<readonly string[]> {
  const lines = Object.values(ENVIRONMENTS).flatMap((environment) =>
    checkQueries(new Shop(new App(), environment)).map(({ path, message }) => `${path}: ${message}`),
  );
  return [...new Set(lines)];
}
