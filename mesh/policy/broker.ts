export const BROKERS = ['postgres', 'kafka', 'rabbitmq'] as const;

/** Which component carries topics. */
export type Broker = (typeof BROKERS)[number];
