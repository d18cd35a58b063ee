/** The smallest and the largest count that chance alone explains. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/**
 * Returns the central interval of a binomial count: each tail outside the interval has at most the probability `(1 -
 * confidence) / 2`. The interval is exact. It adds up probabilities, as the normal approximation is wrong near 0 and 1.
 *
 * @param trials whole number, from 0
 * @param chance of success in each trial, from 0 to 1
 * @param confidence from 0 to 1, such as 0.999
 */
export function binomialInterval(trials: number, chance: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const probabilities = distribution(trials, chance);
  let min = 0;
  for (let below = probabilities[0] ?? 0; min < trials && below <= tail; ) {
    min += 1;
    below += probabilities[min] ?? 0;
  }
  let max = trials;
  for (let above = probabilities[trials] ?? 0; max > 0 && above <= tail; ) {
    max -= 1;
    above += probabilities[max] ?? 0;
  }
  return { min, max };
}

/** Returns the probability of `successes` or more. */
export function probabilityOfAtLeast(successes: number, trials: number, chance: number): number {
  // Adding the smallest probabilities first limits the rounding error.
  const tail = distribution(trials, chance).slice(Math.max(0, successes));
  return Math.min(
    1,
    tail.toSorted((a, b) => a - b).reduce((sum, probability) => sum + probability, 0),
  );
}

/** Returns the probability of each number of successes, from 0 to `trials`. */
export function distribution(trials: number, chance: number): readonly number[] {
  // 0 * log(0) is NaN.
  if (chance <= 0) return probabilities(trials, (successes) => (successes === 0 ? 1 : 0));
  if (chance >= 1) return probabilities(trials, (successes) => (successes === trials ? 1 : 0));
  // Logarithms avoid overflow: 171! exceeds the range of a number.
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
