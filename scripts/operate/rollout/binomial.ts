/** Least and most successes that chance alone explains. */
export interface Interval {
  readonly least: number;
  readonly most: number;
}

/**
 * The central interval of a binomial count: outside of it, on each side, lies at most half of what `confidence`
 * leaves. Exact: the probabilities are added up, not taken from a normal distribution, which is wrong near 0 and 1.
 *
 * @param trials whole number
 * @param chance of success in each trial, 0 to 1
 * @param confidence such as 0.999
 */
export function binomialInterval(trials: number, chance: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const probabilities = distribution(trials, chance);
  let least = 0;
  for (let below = probabilities[0] ?? 0; least < trials && below <= tail; ) {
    least += 1;
    below += probabilities[least] ?? 0;
  }
  let most = trials;
  for (let above = probabilities[trials] ?? 0; most > 0 && above <= tail; ) {
    most -= 1;
    above += probabilities[most] ?? 0;
  }
  return { least, most };
}

/** Probability of `successes` or more. */
export function atLeast(successes: number, trials: number, chance: number): number {
  // From the small end, so that nothing is lost to rounding.
  const tail = distribution(trials, chance).slice(Math.max(0, successes));
  return Math.min(
    1,
    tail.toSorted((a, b) => a - b).reduce((sum, probability) => sum + probability, 0),
  );
}

/** Probability of each number of successes, 0 to `trials`. */
export function distribution(trials: number, chance: number): readonly number[] {
  // 0 * log(0) is NaN.
  if (chance <= 0) return probabilities(trials, (successes) => (successes === 0 ? 1 : 0));
  if (chance >= 1) return probabilities(trials, (successes) => (successes === trials ? 1 : 0));
  // In logarithms: a factorial of 200 is too much for a number.
  const logFactorial = [0];
  for (let n = 1; n <= trials; n += 1) logFactorial.push((logFactorial[n - 1] ?? 0) + Math.log(n));
  const choose = (k: number) =>
    (logFactorial[trials] ?? 0) - (logFactorial[k] ?? 0) - (logFactorial[trials - k] ?? 0);
  return probabilities(trials, (k) =>
    Math.exp(choose(k) + k * Math.log(chance) + (trials - k) * Math.log1p(-chance)),
  );
}

function probabilities(trials: number, of: (successes: number) => number): readonly number[] {
  return Array.from({ length: trials + 1 }, (_, successes) => of(successes));
}
