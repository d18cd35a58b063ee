import type { Version } from '../../../mesh/graph/service.ts';

/**
 * The versions with the weights asked for. The others share the rest in the proportions they had; where they had
 * nothing, the first of them gets all of it.
 *
 * @param asked percent by name of version
 * @throws Error for a version that is not there, and for weights that cannot be shared out
 */
export function shiftWeights(
  versions: readonly Version[],
  asked: Readonly<Record<string, number>>,
): readonly Version[] {
  const names = versions.map(({ name }) => name);
  for (const [name, weight] of Object.entries(asked)) {
    if (!names.includes(name)) throw new Error(`no version '${name}': there are ${names.join(', ')}`);
    if (!Number.isInteger(weight) || weight < 0 || weight > 100)
      throw new Error(`weight ${weight} of ${name} must be a whole number from 0 to 100`);
  }
  const said = Object.entries(asked)
    .map(([name, weight]) => `${name}=${weight}`)
    .join(' ');
  const rest = 100 - Object.values(asked).reduce((sum, weight) => sum + weight, 0);
  const others = versions.filter(({ name }) => !Object.hasOwn(asked, name));
  if (rest < 0) throw new Error(`${said} is more than 100 percent`);
  if (others.length === 0 && rest > 0)
    throw new Error(`${said} leaves ${rest} percent to no version: make the sum 100`);
  const shares = shareOut(
    rest,
    others.map(({ weight }) => weight),
  );
  const weights = new Map(others.map(({ name }, index) => [name, shares[index] ?? 0]));
  return versions.map((version) => ({
    ...version,
    weight: asked[version.name] ?? weights.get(version.name) ?? 0,
  }));
}

/** `whole` in whole parts in proportion to `weights`, by largest remainder. */
export function shareOut(whole: number, weights: readonly number[]): readonly number[] {
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
