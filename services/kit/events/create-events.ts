import type { PoolClient } from 'pg';
import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { combineBackground } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { deadLetterPoison, deadLetterUnreadable } from './dead-letter.ts';
import type { Event } from './event.ts';
import { typeProblem } from './event-body.ts';
import type { EventBroker } from './event-broker.ts';
import type { EventObserver } from './event-observer.ts';
import { processTraced } from './event-spans.ts';
import type { ConsumerOptions, Events } from './events.ts';
import { deadLetterGauge } from './gauges.ts';
import { type EventRetrySettings, inboxMigrations, receiver } from './inbox.ts';
import { inboxCleanup, inboxRetentionMs, refuseExpired } from './inbox-retention.ts';
import { createOutbox } from './outbox.ts';
import { UnreadableError } from './permanent-error.ts';
import { batchReceiver } from './receive-batch.ts';
import { replayer } from './replay.ts';

export interface CreateEventsOptions {
  /** Retries of failing events. @default 8 attempts, with an initial pause of 100 ms */
  readonly retry?: EventRetrySettings;
  /** @default none */
  readonly observer?: EventObserver;
  /** Events that the relay publishes per batch. @default 500 */
  readonly relayBatchSize?: number;
}

/** Creates the messaging API of a service over `broker`, limited to the topics that `config` declares. */
export function createEvents(
  config: AppEvents,
  broker: EventBroker,
  log: Log,
  { retry, observer, relayBatchSize }: CreateEventsOptions = {},
): Events {
  const retentionMs = inboxRetentionMs(config.retention);
  const outbox = createOutbox(broker, config, log, {
    ...(observer && { observer }),
    ...(relayBatchSize !== undefined && { batchSize: relayBatchSize }),
  });
  return {
    outbox: {
      ...outbox,
      relay: (pool) =>
        combineBackground([outbox.relay(pool), ...(broker.maintenance ? [broker.maintenance()] : [])]),
    },
    inboxMigrations,
    consumer(pool, options) {
      const { topic, group } = options;
      if (!config.consumes.includes(topic)) {
        const declared = config.consumes.join(', ') || 'none';
        const rule = `'${topic}' is not declared as consumed here (${declared}); declare it in the graph`;
        throw new SettingsError([{ key: 'events.consumes', rule }]);
      }
      // Events of undeclared types are dead-lettered, so that a newer version of the consumer can replay them.
      const typeChecked = withCheck(options, (event) => refuseUndeclaredType(event, config.messageTypes));
      // Replays skip the age check: the operator has decided that the event was not applied before.
      const ageChecked = withCheck(typeChecked, (event, tx) => refuseExpired(event, retentionMs, tx));
      const deliver = receiver(pool, ageChecked, log, {
        ...(retry && { retry }),
        ...(observer && { observer }),
      });
      const deliverBatch = batchReceiver(pool, ageChecked, deliver, log, observer ? { observer } : {});
      const consumer = { group, system: broker.kind };
      const subscription = broker.subscribe({
        topic,
        group,
        pool,
        async deliver(event, signal) {
          await processTraced([event], consumer, async () => {
            await deliver(event, signal);
            return 1;
          });
        },
        deliverBatch: (events, signal) => processTraced(events, consumer, () => deliverBatch(events, signal)),
        deadLetterUnreadable: (unreadable) => deadLetterUnreadable(pool, group, unreadable, log),
        async deadLetterPoison(event, deliveries) {
          await deadLetterPoison(pool, group, event, deliveries, log);
          observer?.onReceived(event, group, 'dead-lettered');
        },
      });
      return combineBackground([
        subscription,
        replayer(pool, typeChecked, log),
        inboxCleanup(pool, group, retentionMs, log),
        ...(observer ? [deadLetterGauge(pool, typeChecked, observer, log)] : []),
      ]);
    },
  };
}

/** Refuses an event whose type its topic does not declare. @throws UnreadableError */
function refuseUndeclaredType(event: Event, messageTypes: AppEvents['messageTypes']): void {
  const problem = typeProblem(event, messageTypes);
  if (problem) throw new UnreadableError(`event ${event.id} ${problem}`);
}

/** Returns options that call `check` before each event is handled. `check` throws to refuse the event. */
function withCheck(
  options: ConsumerOptions,
  check: (event: Event, tx: PoolClient) => void | Promise<void>,
): ConsumerOptions {
  const { handle, handleBatch } = options;
  return {
    ...options,
    async handle(event, tx) {
      await check(event, tx);
      await handle(event, tx);
    },
    ...(handleBatch && {
      async handleBatch(events: readonly Event[], tx: PoolClient) {
        for (const event of events) await check(event, tx);
        await handleBatch(events, tx);
      },
    }),
  };
}
