import type { Platform } from '../../../graph/platform.ts';
import type { Topic } from '../../../graph/topic.ts';
import { max, quantile, sumRate } from '../../promql/expressions.ts';
import { MAX_OUTBOX_AGE_SECONDS } from '../../rules/platform-alerts.ts';
import { type PanelRow, RATE_WINDOW } from '../panel.ts';

/** Returns the way of the events of one topic, from the outbox to the consumers. */
export function topicRow({ namespace }: Platform, topic: Topic): PanelRow {
  const matchers = { namespace, topic: topic.name };
  const names = (clients: Topic['publishers']) => [...clients].map(({ name }) => name).join(', ');
  const byGroup = '{{group}}';
  return {
    title: `Topic ${topic.name}: ${names(topic.publishers)} → ${names(topic.consumers)}`,
    panels: [
      {
        kind: 'timeseries',
        title: 'Published',
        description: 'Events per second that the broker acknowledged, by publisher.',
        unit: 'events/s',
        queries: [
          {
            expr: sumRate('weft_events_published_total', matchers, RATE_WINDOW, ['service']),
            legend: '{{service}}',
          },
        ],
      },
      {
        kind: 'timeseries',
        title: 'Received',
        description:
          'Events per second that consumers completed, by group and outcome, without duplicates. Follows the published events.',
        unit: 'events/s',
        queries: [
          {
            expr: sumRate('weft_events_received_total', matchers, RATE_WINDOW, ['group', 'outcome']),
            legend: '{{group}} {{outcome}}',
          },
        ],
      },
      {
        kind: 'timeseries',
        title: 'Lag',
        description: "Time from the publisher's transaction to the commit of the effect, by group.",
        unit: 'seconds',
        queries: [
          {
            expr: quantile(0.5, 'weft_event_lag_seconds', matchers, RATE_WINDOW, ['group']),
            legend: `${byGroup} p50`,
          },
          {
            expr: quantile(0.99, 'weft_event_lag_seconds', matchers, RATE_WINDOW, ['group']),
            legend: `${byGroup} p99`,
          },
        ],
      },
      {
        kind: 'timeseries',
        title: 'Events in the outbox',
        description: 'Events that wait for the broker, by publisher. Short peaks are normal.',
        unit: 'count',
        queries: [{ expr: max('weft_outbox_events', matchers, ['service']), legend: '{{service}}' }],
      },
      {
        kind: 'timeseries',
        title: 'Age of the oldest event in the outbox',
        description: 'Grows while the broker does not accept events. No event is lost meanwhile.',
        unit: 'seconds',
        queries: [{ expr: max('weft_outbox_oldest_seconds', matchers, ['service']), legend: '{{service}}' }],
        threshold: {
          value: MAX_OUTBOX_AGE_SECONDS,
          label: `limit ${MAX_OUTBOX_AGE_SECONDS} s (page)`,
          breach: 'above',
        },
      },
      {
        kind: 'timeseries',
        title: 'Dead letters',
        description:
          'Events that a group could not process. An operator must resolve each: npm run events lists them.',
        unit: 'count',
        queries: [{ expr: max('weft_dead_letters', matchers, ['group']), legend: byGroup }],
        threshold: { value: 0, label: 'limit 0 (ticket)', breach: 'above' },
      },
    ],
  };
}
