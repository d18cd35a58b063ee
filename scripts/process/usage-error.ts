/** The command line has an invalid option or argument. Verbs exit with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
