/** Thrown by a handler for an event that no retry can apply. The event is dead-lettered at the first attempt. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}

/** Thrown for a message that is not an event, or not of a type that the topic declares. */
export class UnreadableError extends PermanentError {
  override readonly name = 'UnreadableError';
}
