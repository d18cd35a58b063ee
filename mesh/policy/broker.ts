export const BROKERS = ['postgres', 'kafka', 'rabbitmq'] as const;

/** The event broker: the component that stores topics and delivers their events. */
export type Broker = (typeof BROKERS)[number];
