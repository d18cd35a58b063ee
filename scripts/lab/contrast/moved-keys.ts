import type { ContrastTestbed } from './contrast-testbed.ts';
import { countKeys, injectFault } from './fault-client.ts';
import type { ScenarioObservation } from './scenario.ts';

/** The replicas that received the calls of each key. */
export type KeyPlacement = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Removes one of three replicas of notification for a while and measures which keys move. An ideal hash moves a third:
 * the keys of the removed replica.
 */
export async function measureMovedKeys(
  testbed: ContrastTestbed,
  waitUntil: (second: number) => Promise<void>,
): Promise<Partial<ScenarioObservation>> {
  const replicas = await testbed.replicas('notification');
  await resetKeyCounts(testbed);
  await waitUntil(4);
  const before = await readPlacement(testbed);
  await testbed.scale('notification', replicas.length - 1);
  await resetKeyCounts(testbed);
  await waitUntil(8);
  const after = await readPlacement(testbed);
  await testbed.scale('notification', replicas.length);
  return { movedKeyShare: shareOfMovedKeys(before, after) };
}

async function resetKeyCounts(testbed: ContrastTestbed): Promise<void> {
  const replicas = await testbed.replicas('notification');
  await Promise.all(replicas.map((replica) => injectFault(replica, {})));
}

async function readPlacement(testbed: ContrastTestbed): Promise<KeyPlacement> {
  const placement = new Map<string, Set<string>>();
  for (const replica of await testbed.replicas('notification')) {
    for (const key of Object.keys(await countKeys(replica)))
      placement.set(key, (placement.get(key) ?? new Set()).add(replica.name));
  }
  return placement;
}

/**
 * Returns the share, 0 to 1, of the keys in both placements that did not stay on one replica. Keys that occur in one
 * placement only are ignored.
 */
export function shareOfMovedKeys(before: KeyPlacement, after: KeyPlacement): number {
  const keys = [...before.keys()].filter((key) => after.has(key));
  const stayed = keys.filter((key) => {
    const replicas = new Set([...(before.get(key) ?? []), ...(after.get(key) ?? [])]);
    return replicas.size === 1;
  });
  return keys.length === 0 ? 0 : 1 - stayed.length / keys.length;
}
