/** Largest message that is sent or received, in bytes. Pages of lists are smaller; larger data belongs in a stream. */
export const MAX_MESSAGE_BYTES = 4 * 1_048_576;
