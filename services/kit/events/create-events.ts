import type { PoolClient } from 'pg';
import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { together } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { deadLetterPoison, deadLetterUnreadable } from './dead-letter.ts';
import type { Event } from './event.ts';
import { typeProblem } from './event-body.ts';
import type { EventBroker } from './event-broker.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions, Events } from './events.ts';
import { deadLetterGauge } from './gauges.ts';
import { type EventRetrySettings, inboxMigrations, receiver } from './inbox.ts';
import { inboxCleanup, inboxRetentionMs, refuseExpired } from './inbox-retention.ts';
import { createOutbox } from './outbox.ts';
import { batchReceiver } from './receive-batch.ts';
import { replayer } from './replay.ts';
import { UnreadableError } from './unreadable.ts';

export interface CreateEventsOptions {
  /** With events that fail. @default 8 tries, with a first pause of 100 ms */
  readonly retry?: EventRetrySettings;
  /** @default nobody is told */
  readonly observer?: EventObserver;
  /** Events that a relay carries at a time. @default 500 */
  readonly relayBatchSize?: number;
}

/** What a service may do with topics, over `broker`. */
export function createEvents(
  config: AppEvents,
  broker: EventBroker,
  log: Log,
  { retry: patience, observer, relayBatchSize: batch }: CreateEventsOptions = {},
): Events {
  const memoryMs = inboxRetentionMs(config.retention);
  const outbox = createOutbox(broker, config, log, {
    ...(observer && { observer }),
    ...(batch !== undefined && { batchSize: batch }),
  });
  return {
    outbox: {
      ...outbox,
      relay: (pool) => together([outbox.relay(pool), ...(broker.maintenance ? [broker.maintenance()] : [])]),
    },
    inboxMigrations,
    consumer(pool, given) {
      const { topic, group } = given;
      if (!config.consumes.includes(topic)) {
        const declared = config.consumes.join(', ') || 'none';
        const rule = `'${topic}' is not declared as consumed here (${declared}); declare it in the graph`;
        throw new SettingsError([{ key: 'events.consumes', rule }]);
      }
      // Any other type is set aside: a newer consumer may read it.
      const carried = checkedFirst(given, (event) => refuseUncarried(event, config.messageTypes));
      // Who replays a dead letter has decided that it was not applied before.
      const remembered = checkedFirst(carried, (event, tx) => refuseExpired(event, memoryMs, tx));
      const deliver = receiver(pool, remembered, log, {
        ...(patience && { retry: patience }),
        ...(observer && { observer }),
      });
      const subscription = broker.subscribe({
        topic,
        group,
        pool,
        deliver,
        deliverBatch: batchReceiver(pool, remembered, deliver, log, observer ? { observer } : {}),
        deadLetterUnreadable: (unreadable) => deadLetterUnreadable(pool, group, unreadable, log),
        async deadLetterPoison(event, deliveries) {
          await deadLetterPoison(pool, group, event, deliveries, log);
          observer?.onReceived(event, group, 'dead-lettered');
        },
      });
      return together([
        subscription,
        replayer(pool, carried, log),
        inboxCleanup(pool, group, memoryMs, log),
        ...(observer ? [deadLetterGauge(pool, carried, observer, log)] : []),
      ]);
    },
  };
}

/** @throws UnreadableError */
function refuseUncarried(event: Event, carries: AppEvents['messageTypes']): void {
  const problem = typeProblem(event, carries);
  if (problem) throw new UnreadableError(`event ${event.id} ${problem}`);
}

/** Handles events after `check`, which throws for what is not to be handled. */
function checkedFirst(
  given: ConsumerOptions,
  check: (event: Event, tx: PoolClient) => void | Promise<void>,
): ConsumerOptions {
  const { handle, handleBatch } = given;
  return {
    ...given,
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
