import type { Event } from '../event.ts';

/**
 * `events` in their order, in parts that have each key once. The next part waits for the confirms of the one before: a
 * queue that refuses an event and takes the next, because it is not full any more, would change their order.
 */
export function waves(events: readonly Event[]): readonly (readonly Event[])[] {
  const all: Event[][] = [];
  const lastOf = new Map<string, number>();
  for (const event of events) {
    const key = `${event.topic}/${event.key}`;
    const wave = (lastOf.get(key) ?? -1) + 1;
    lastOf.set(key, wave);
    all[wave] = [...(all[wave] ?? []), event];
  }
  return all;
}
