import { z } from 'zod';
import { type AppEvents, SASL_MECHANISMS } from '../../../mesh/policy/app-events.ts';
import { address, duration } from './field-schemas.ts';
import { appTls } from './tls.ts';

const strings = z.array(z.string());
const topics = {
  publishes: strings,
  consumes: strings,
  messageTypes: z.record(z.string(), strings),
  retention: z.record(z.string(), duration),
};

const kafkaTopic = z
  .strictObject({
    partitions: z.int().min(1),
    replicationFactor: z.int().min(1),
    minInSyncReplicas: z.int().min(1),
    retention: duration,
  })
  .refine(
    ({ minInSyncReplicas, replicationFactor }) => minInSyncReplicas <= replicationFactor,
    'minInSyncReplicas must not exceed replicationFactor',
  );

/** Schema of the broker connection and the topics in app.json. */
export const appEvents = z.discriminatedUnion('broker', [
  z.strictObject({
    broker: z.literal('postgres'),
    address,
    database: z.string(),
    role: z.string(),
    tls: appTls.exactOptional(),
    ...topics,
  }),
  z.strictObject({
    broker: z.literal('kafka'),
    addresses: z.array(address).min(1),
    sasl: z.strictObject({ mechanism: z.enum(SASL_MECHANISMS), user: z.string() }).exactOptional(),
    tls: appTls.exactOptional(),
    topics: z.record(z.string(), kafkaTopic),
    ...topics,
  }),
  z.strictObject({
    broker: z.literal('rabbitmq'),
    address,
    vhost: z.string(),
    user: z.string(),
    tls: appTls.exactOptional(),
    consumers: z.record(z.string(), strings),
    maxQueueLength: z.int().min(1),
    ...topics,
  }),
]) satisfies z.ZodType<AppEvents>;
