/** Largest message that is sent or taken, in bytes. Lists are paged below it; what is larger belongs into a stream. */
export const MAX_MESSAGE_BYTES = 4 * 1_048_576;
