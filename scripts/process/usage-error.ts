/** An option or a word of the command line is wrong. Verbs end with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
