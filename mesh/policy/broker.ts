/** Which component carries topics. */
export type Broker = 'postgres' | 'kafka' | 'rabbitmq';
