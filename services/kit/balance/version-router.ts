import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { Balance } from '../../../mesh/policy/balance.ts';
import type { RandomSource } from './endpoint-pick.ts';
import { createKeyReader } from './hash-key.ts';

/**
 * Differs from the seed of endpoint keys. With the same seed, each version would get one part of the key range only.
 */
const VERSION_SEED = 0x85eb_ca6b;

/** The part of a request that routing depends on. */
export interface RoutedRequest {
  readHeader(name: string): string | undefined;
}

/**
 * Returns a function that routes a call, with all its attempts, to a version of the callee, as Envoy's route does. A
 * matching header decides, otherwise the weights do (VirtualService, HTTPRouteDestination). If balancing hashes, the
 * key decides in place of chance, so that the same key stays with one endpoint (Envoy's
 * WeightedCluster.use_hash_policy).
 *
 * The function returns undefined for any version, if balancing itself weights the endpoints.
 */
export function createVersionRouter(
  versions: readonly AppVersion[],
  balance: Balance = { kind: 'round-robin' },
  random: RandomSource = Math.random,
): (request: RoutedRequest) => string | undefined {
  const headerMatches = versions.flatMap(({ name, header }) => (header ? [{ name, header }] : []));
  const totalWeight = versions.reduce((sum, { weight }) => sum + weight, 0);
  const readKey = createKeyReader<RoutedRequest>(
    balance,
    (request, header) => request.readHeader(header),
    VERSION_SEED,
  );
  const draw = (request: RoutedRequest) =>
    balance.kind === 'consistent-hash' ? readKey(request) / 2 ** 32 : random();
  return (request) => {
    for (const { name, header } of headerMatches)
      if (request.readHeader(header.name) === header.value) return name;
    return balance.kind === 'weighted-round-robin'
      ? undefined
      : findByWeight(versions, draw(request) * totalWeight);
  };
}

function findByWeight(versions: readonly AppVersion[], point: number): string | undefined {
  let end = 0;
  for (const { name, weight } of versions) {
    end += weight;
    if (point < end) return name;
  }
  return versions.findLast(({ weight }) => weight > 0)?.name ?? versions[0]?.name;
}
