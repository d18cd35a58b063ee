/**
 * Says of each call in turn whether to fail it, so that `percent` of every hundred fail, spread evenly. By turns and
 * not by chance, so that a test knows how many.
 */
export function failing(percent: number): () => boolean {
  let due = 0;
  return () => {
    due += percent;
    if (due < 100) return false;
    due -= 100;
    return true;
  };
}
