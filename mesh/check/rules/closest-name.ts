/** Highest edit distance of a suggestion, as a fraction of the length of the name. */
const MAX_DISTANCE_RATIO = 0.4;

/** Returns a suffix for messages that suggests the most similar of `names`; the empty string if none is similar. */
export function didYouMean(name: string, names: Iterable<string>): string {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= Math.max(1, name.length * MAX_DISTANCE_RATIO) && (!best || distance < best.distance))
      best = { name: candidate, distance };
  }
  return best ? `; did you mean '${best.name}'?` : '';
}

/** Returns the Levenshtein distance: the insertions, deletions and replacements that turn one string into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replacement = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replacement, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
