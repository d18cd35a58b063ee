import type { Observed } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Which hosts the calls of each key came to. */
export type Places = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Takes one of three hosts of notification away for a while, and looks which keys move. Of a perfect hash a third do:
 * those of the host that leaves.
 */
export async function movedKeys(
  stage: Stage,
  elapse: (seconds: number) => Promise<void>,
): Promise<Partial<Observed>> {
  const replicas = await stage.replicas('notification');
  await Promise.all(replicas.map((replica) => stage.rehearse(replica, {})));
  await elapse(4);
  const before = await places(stage);
  await stage.scale('notification', replicas.length - 1);
  for (const replica of await stage.replicas('notification')) await stage.rehearse(replica, {});
  await elapse(8);
  const after = await places(stage);
  await stage.scale('notification', replicas.length);
  return { movedKeys: movedShare(before, after) };
}

async function places(stage: Stage): Promise<Places> {
  const found = new Map<string, Set<string>>();
  for (const replica of await stage.replicas('notification')) {
    for (const key of Object.keys(await stage.keys(replica)))
      found.set(key, (found.get(key) ?? new Set()).add(replica.name));
  }
  return found;
}

/** Share of the keys seen both times, 0 to 1, that were not at one and the same host both times. */
export function movedShare(before: Places, after: Places): number {
  const both = [...before.keys()].filter((key) => after.has(key));
  const stayed = both.filter((key) => {
    const hosts = new Set([...(before.get(key) ?? []), ...(after.get(key) ?? [])]);
    return hosts.size === 1;
  });
  return both.length === 0 ? 0 : 1 - stayed.length / both.length;
}
