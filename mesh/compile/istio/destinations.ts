import type { VirtualServiceHttpRoute } from '../../../imports/networking.istio.io.ts';
import type { ServiceScope } from '../../graph/scopes.ts';

/**
 * Returns the destinations of a route: the callee, or its versions by weight.
 * @param weights weight of each version, relative to their sum. @default the weights of the versions
 */
export function destinations(
  callee: ServiceScope,
  port: number,
  weights: Readonly<Record<string, number>> = versionWeights(callee),
): readonly VirtualServiceHttpRoute[] {
  if (callee.versions.length === 1) return [{ destination: { host: callee.host, port: { number: port } } }];
  const percent = toPercent(callee.versions.map(({ name }) => weights[name] ?? 0));
  return callee.versions.map(({ name }, index) => ({
    destination: { host: callee.host, subset: name, port: { number: port } },
    weight: percent[index],
  }));
}

function versionWeights(callee: ServiceScope): Readonly<Record<string, number>> {
  return Object.fromEntries(callee.versions.map(({ name, weight }) => [name, weight]));
}

/** Converts weights to whole percentages that add up to 100, by the largest remainder method. */
export function toPercent(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (weight * 100) / total);
  const percent = shares.map(Math.floor);
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share % 1 }))
    .sort((a, b) => b.remainder - a.remainder);
  const missing = 100 - percent.reduce((sum, share) => sum + share, 0);
  for (const { index } of byRemainder.slice(0, missing)) percent[index] = (percent[index] ?? 0) + 1;
  return percent;
}
