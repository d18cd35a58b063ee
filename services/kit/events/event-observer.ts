import { activeExemplar } from '../telemetry/active-exemplar.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Event } from './event.ts';

/** Receives reports about published and consumed events. */
export interface EventObserver {
  /** Reports events that the broker has acknowledged. */
  onPublished(events: readonly Event[]): void;
  /** Reports an event that needs no further delivery: its effect is committed, or it is in `dead_letter`. */
  onReceived(event: Event, group: string, outcome: 'applied' | 'dead-lettered'): void;
  /** Reports the number of events of a topic in the outbox, and the age of the oldest in seconds. */
  onBacklog(topic: string, events: number, oldestSeconds: number): void;
  /** Reports the number of rows in `dead_letter` for a topic and group. */
  onDeadLetters(topic: string, group: string, deadLetters: number): void;
}

/**
 * Returns an observer that records metrics. The lag of an event runs from its time to the commit of its effect. The
 * start is the transaction time of the publisher's database, the end is the clock of this process.
 */
export function eventMetrics(metrics: Metrics): EventObserver {
  return {
    onPublished(events) {
      const byTopic = Map.groupBy(events, ({ topic }) => topic);
      for (const [topic, { length }] of byTopic)
        metrics.count('weft_events_published_total', { topic }, length);
    },
    onReceived({ topic, time }, group, outcome) {
      metrics.count('weft_events_received_total', { topic, group, outcome });
      if (outcome !== 'applied') return;
      // Clock skew between the two machines could make the lag negative.
      const lagMs = Math.max(0, Date.now() - Date.parse(time));
      metrics.observe('weft_event_lag_seconds', { topic, group }, lagMs / 1_000, activeExemplar());
    },
    onBacklog(topic, events, oldestSeconds) {
      metrics.setGauge('weft_outbox_events', { topic }, events);
      metrics.setGauge('weft_outbox_oldest_seconds', { topic }, oldestSeconds);
    },
    onDeadLetters: (topic, group, deadLetters) =>
      metrics.setGauge('weft_dead_letters', { topic, group }, deadLetters),
  };
}
