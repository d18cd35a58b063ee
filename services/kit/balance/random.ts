import type { Pick, Random, Some } from './pick.ts';

/** Any host, all equally likely. */
export function random<H>(hosts: Some<H>, draw: Random = Math.random): Pick<H> {
  return () => hosts[Math.floor(draw() * hosts.length)] ?? hosts[0];
}
