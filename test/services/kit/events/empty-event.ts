import type { Event } from '../../../../services/kit/events/event.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';

export const TOPIC = 'orders';

/** An event of the topic, which says nothing. */
export function emptyEvent(key: string): Event {
  return {
    id: uuidv7(),
    topic: TOPIC,
    type: 'weft.test.v1.Thing',
    key,
    time: new Date().toISOString(),
    data: {},
  };
}
