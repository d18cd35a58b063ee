import type { Version } from '../../../mesh/graph/version.ts';

/**
 * Returns versions with new weights. The other versions share the rest in their current proportions; if all of them
 * have weight 0, the first one receives the rest.
 *
 * @param requested percent by name of version
 * @throws Error for an unknown version, and for weights whose sum cannot be 100
 */
export function shiftWeights(
  versions: readonly Version[],
  requested: Readonly<Record<string, number>>,
): readonly Version[] {
  const names = versions.map(({ name }) => name);
  for (const [name, weight] of Object.entries(requested)) {
    if (!names.includes(name))
      throw new Error(`version '${name}' does not exist: choose one of ${names.join(', ')}`);
    if (!Number.isInteger(weight) || weight < 0 || weight > 100)
      throw new Error(`weight ${weight} of ${name} must be a whole number from 0 to 100`);
  }
  const assignments = Object.entries(requested)
    .map(([name, weight]) => `${name}=${weight}`)
    .join(' ');
  const remainingPercent = 100 - Object.values(requested).reduce((sum, weight) => sum + weight, 0);
  const others = versions.filter(({ name }) => !Object.hasOwn(requested, name));
  if (remainingPercent < 0) throw new Error(`the sum of ${assignments} exceeds 100 percent`);
  if (others.length === 0 && remainingPercent > 0)
    throw new Error(
      `${assignments} leaves ${remainingPercent} percent unassigned: use weights with the sum 100`,
    );
  const shares = splitByWeight(
    remainingPercent,
    others.map(({ weight }) => weight),
  );
  const weights = new Map(others.map(({ name }, index) => [name, shares[index] ?? 0]));
  return versions.map((version) => ({
    ...version,
    weight: requested[version.name] ?? weights.get(version.name) ?? 0,
  }));
}

/** Splits `whole` into whole parts in proportion to `weights`, by the largest remainder method. */
export function splitByWeight(whole: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights.map((_, index) => (index === 0 ? whole : 0));
  const exact = weights.map((weight) => (whole * weight) / sum);
  const parts = exact.map(Math.floor);
  const missing = whole - parts.reduce((total, part) => total + part, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, rest: share % 1 }))
    .sort((a, b) => b.rest - a.rest);
  for (const { index } of byRemainder.slice(0, missing)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
