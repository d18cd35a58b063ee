/** Share of a name's letters that may be wrong. */
const TOLERANCE = 0.4;

/** The one of `names` that `name` was probably meant to be, as a question to put behind a message; else ''. */
export function didYouMean(name: string, names: Iterable<string>): string {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= Math.max(1, name.length * TOLERANCE) && (!best || distance < best.distance))
      best = { name: candidate, distance };
  }
  return best ? `; did you mean '${best.name}'?` : '';
}

/** Levenshtein's: insertions, deletions and replacements that turn one string into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
