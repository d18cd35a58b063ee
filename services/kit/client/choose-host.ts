import type { Pick, Some } from '../balance/pick.ts';
import type { Host } from './host.ts';
import type { Try } from './try.ts';

/** How often a key is given another host when its own will not do. */
const ATTEMPTS = 5;

/**
 * The host for a try. Hosts of other tries of its call are passed over where that is possible; a hedge goes to none of
 * them, or to nobody.
 * @param pick of hosts of which some may not be ready
 */
export function chooseHost<H extends Host>(
  pick: Pick<H>,
  ready: Some<H>,
  isReady: (host: H) => boolean,
  key: number,
  one: Try | undefined,
): H | undefined {
  let found: H | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const host = pick(key, attempt);
    if (!isReady(host)) continue;
    if (!one?.others.some((other) => other !== one && other.host === host)) return host;
    found = host;
  }
  if (one?.isHedge) return ready.find((host) => !one.others.some((other) => other.host === host));
  return found ?? ready[key % ready.length] ?? ready[0];
}
