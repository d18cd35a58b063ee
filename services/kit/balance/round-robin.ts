import type { Pick, Random, Some } from './pick.ts';

/** One after the other. Begins anywhere, so that callers that start together do not all begin with the same host. */
export function roundRobin<H>(hosts: Some<H>, random: Random = Math.random): Pick<H> {
  let next = Math.floor(random() * hosts.length);
  return () => {
    const host = hosts[next] ?? hosts[0];
    next = next + 1 < hosts.length ? next + 1 : 0;
    return host;
  };
}
