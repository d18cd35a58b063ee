import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { Balance } from '../../../mesh/policy/balance.ts';
import { keyOf } from './key-of.ts';
import type { Random } from './pick.ts';

/** Far from the seed by which a key chooses among endpoints: else a version would see one part of the keys' range alone. */
const VERSION_SEED = 0x85eb_ca6b;

/** A request, as far as a version is chosen by it. */
export interface Routed {
  /** Value of one of its headers. */
  header(name: string): string | undefined;
}

/**
 * Which version of a callee a call goes to with all its tries, as Envoy's route decides it: the one that a header asks
 * for, else one drawn by weight (VirtualService, HTTPRouteDestination). Where balancing hashes, the key draws it, so that
 * the same key stays with one endpoint (Envoy's WeightedCluster.use_hash_policy).
 *
 * @returns undefined when any of them may do, since balancing itself weighs their endpoints
 */
export function versionOf(
  versions: readonly AppVersion[],
  balance: Balance = { kind: 'round-robin' },
  random: Random = Math.random,
): (request: Routed) => string | undefined {
  const asked = versions.flatMap(({ name, header }) => (header ? [{ name, header }] : []));
  const total = versions.reduce((sum, { weight }) => sum + weight, 0);
  const key = keyOf<Routed>(balance, (request, header) => request.header(header), VERSION_SEED);
  const point = (request: Routed) => (balance.kind === 'consistent-hash' ? key(request) / 2 ** 32 : random());
  return (request) => {
    for (const { name, header } of asked) if (request.header(header.name) === header.value) return name;
    return balance.kind === 'weighted-round-robin' ? undefined : at(versions, point(request) * total);
  };
}

function at(versions: readonly AppVersion[], point: number): string | undefined {
  let end = 0;
  for (const { name, weight } of versions) {
    end += weight;
    if (point < end) return name;
  }
  return versions.findLast(({ weight }) => weight > 0)?.name ?? versions[0]?.name;
}
