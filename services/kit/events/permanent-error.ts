/** Thrown by a handler for an event that no retry can apply. The event is dead-lettered at the first attempt. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}
