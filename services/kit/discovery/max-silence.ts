/**
 * How long a watch may be silent before it is ended and opened again on a new connection, in milliseconds. A peer that
 * vanished silently is not told from one that has no news in any other way: proxies acknowledge TCP keepalives. With the
 * time to open the next watch, changes are seen again within 15 s.
 */
export const MAX_SILENCE_MS = 10_000;
