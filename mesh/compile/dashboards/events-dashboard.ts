import type { Platform } from '../../graph/platform.ts';
import { EVENTS_ID } from './dashboard-ids.ts';
import type { Dashboard } from './panel.ts';
import { topicRow } from './rows/topic-row.ts';

/** Returns the dashboard of the topics of a platform. */
export function eventsDashboard(platform: Platform): Dashboard {
  return {
    id: EVENTS_ID,
    title: 'Events and outbox',
    description: 'Do events reach their consumers, how late, and which could not be processed?',
    rows: platform.topics.map((topic) => topicRow(platform, topic)),
  };
}
