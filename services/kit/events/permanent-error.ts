/** An event cannot be applied, now or later: waiting does not mend it, so it is set aside at the first try. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}
