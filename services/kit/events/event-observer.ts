import type { HistogramName, Metrics } from '../telemetry/metrics.ts';
import type { Event } from './event.ts';

/** Told what becomes of events. */
export interface EventObserver {
  /** The broker keeps these now. */
  onPublished(events: readonly Event[]): void;
  /** The consumer is done with an event: its effect is committed now, or it is kept in `dead_letter`. */
  onReceived(event: Event, group: string, outcome: 'applied' | 'dead-lettered'): void;
  /** So many events of a topic wait in the outbox, the oldest for so many seconds. */
  onBacklog(topic: string, events: number, oldestSeconds: number): void;
  /** So many are kept in `dead_letter`. */
  onDeadLetters(topic: string, group: string, letters: number): void;
}

const LAG: HistogramName = {
  name: 'weft_event_lag_seconds',
  bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
};

/**
 * Counts as metrics what becomes of events. The lag of one is from its time, which the outbox takes from the transaction
 * that wrote it, by that database's clock, to when its effect is committed, by this process's.
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
      // Clocks that are apart let it seem to have come before it was sent.
      metrics.observe(LAG, { topic, group }, Math.max(0, Date.now() - Date.parse(time)) / 1_000);
    },
    onBacklog(topic, events, oldestSeconds) {
      metrics.set('weft_outbox_events', { topic }, events);
      metrics.set('weft_outbox_oldest_seconds', { topic }, oldestSeconds);
    },
    onDeadLetters: (topic, group, letters) => metrics.set('weft_dead_letters', { topic, group }, letters),
  };
}
