import { expect, test } from '@jest/globals';
import { ENVIRONMENTS, loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { usesPostgres } from '../../mesh/compile/peers/stores.ts';
import {
  allAttempts,
  declaredByGraph,
  handWrittenAttempts,
  identitiesOf,
  isAllowedByHand,
  MAY_CONNECT,
} from '../cluster/who-may-call.ts';

// test/cluster makes all of these calls. This test compares the graph with the hand-written list, without a cluster.
test.each(Object.keys(ENVIRONMENTS))(
  'the graph of %s allows exactly the calls of the hand-written list',
  (environment) => {
    const { shop } = synthesizeShop(loadEnvironment(environment));
    const attempts = allAttempts(shop, identitiesOf(shop));

    expect(attempts.filter(declaredByGraph(shop))).toEqual(attempts.filter(isAllowedByHand));
    expect(attempts.filter(isAllowedByHand)).toHaveLength(handWrittenAttempts().length);
    expect(
      shop.services
        .filter(usesPostgres)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(MAY_CONNECT.toSorted());
  },
);
