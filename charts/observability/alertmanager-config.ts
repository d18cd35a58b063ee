/**
 * Returns the configuration of Alertmanager. It sends no notifications until you add a receiver: without one, alerts are
 * visible in its API and in Grafana only.
 * @see https://prometheus.io/docs/alerting/latest/configuration/
 */
export function alertmanagerConfig(): object {
  return {
    route: {
      receiver: 'none',
      group_by: ['alertname', 'service'],
      group_wait: '10s',
      group_interval: '1m',
      repeat_interval: '4h',
    },
    // A page about a service makes a ticket about the same service redundant.
    inhibit_rules: [
      {
        source_matchers: ['severity="page"'],
        target_matchers: ['severity="ticket"'],
        equal: ['alertname', 'service'],
      },
    ],
    receivers: [{ name: 'none' }],
  };
}
