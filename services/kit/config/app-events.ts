import { z } from 'zod';
import { type AppEvents, SASL_MECHANISMS } from '../../../mesh/policy/app-events.ts';
import { address, duration } from './fields.ts';
import { appTls } from './tls.ts';

const strings = z.array(z.string());
const topics = {
  publishes: strings,
  consumes: strings,
  carries: z.record(z.string(), strings),
  retention: z.record(z.string(), duration),
};

const kafkaTopic = z
  .strictObject({
    partitions: z.int().min(1),
    replicas: z.int().min(1),
    minInSync: z.int().min(1),
    retention: duration,
  })
  .refine(({ minInSync, replicas }) => minInSync <= replicas, 'give a minInSync of at most the replicas');

/** Which broker carries topics, and where it is, as app.json says it. */
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
    signIn: z.strictObject({ mechanism: z.enum(SASL_MECHANISMS), user: z.string() }).exactOptional(),
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
    queueLimit: z.int().min(1),
    ...topics,
  }),
]) satisfies z.ZodType<AppEvents>;
