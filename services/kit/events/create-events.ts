import type { PoolClient } from 'pg';
import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { together } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { typeProblem } from './body.ts';
import type { Broker } from './broker.ts';
import { giveUp, putAside } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions, Events } from './events.ts';
import { deadLetterGauge } from './gauges.ts';
import { inboxMigrations, type Patience, receiver } from './inbox.ts';
import { inboxForgetting, inboxMemoryMs, refuseExpired } from './inbox-memory.ts';
import { createOutbox } from './outbox.ts';
import { severalReceiver } from './receive-several.ts';
import { replayer } from './replay.ts';
import { UnreadableError } from './unreadable.ts';

export interface EventsOptions {
  /** With events that fail. @default 8 tries, with a first pause of 100 ms */
  readonly patience?: Patience;
  /** @default nobody is told */
  readonly observer?: EventObserver;
  /** Events that a relay carries at a time. @default 500 */
  readonly batch?: number;
}

/** What a service may do with topics, over `broker`. */
export function createEvents(
  config: AppEvents,
  broker: Broker,
  log: Log,
  { patience, observer, batch }: EventsOptions = {},
): Events {
  const memoryMs = inboxMemoryMs(config.retention);
  const outbox = createOutbox(broker, config, log, {
    ...(observer && { observer }),
    ...(batch !== undefined && { batch }),
  });
  return {
    outbox: {
      ...outbox,
      relay: (pool) => together([outbox.relay(pool), ...(broker.upkeep ? [broker.upkeep()] : [])]),
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
      const carried = checkedFirst(given, (event) => refuseUncarried(event, config.carries));
      // Who replays a dead letter has decided that it was not applied before.
      const remembered = checkedFirst(carried, (event, tx) => refuseExpired(event, memoryMs, tx));
      const deliver = receiver(pool, remembered, log, {
        ...(patience && { patience }),
        ...(observer && { observer }),
      });
      const subscription = broker.subscribe({
        topic,
        group,
        pool,
        deliver,
        deliverSeveral: severalReceiver(pool, remembered, deliver, log, observer ? { observer } : {}),
        putAside: (unreadable) => putAside(pool, group, unreadable, log),
        async giveUp(event, deliveries) {
          await giveUp(pool, group, event, deliveries, log);
          observer?.received(event, group, 'put-aside');
        },
      });
      return together([
        subscription,
        replayer(pool, carried, log),
        inboxForgetting(pool, group, memoryMs, log),
        ...(observer ? [deadLetterGauge(pool, carried, observer, log)] : []),
      ]);
    },
  };
}

/** @throws UnreadableError */
function refuseUncarried(event: Event, carries: AppEvents['carries']): void {
  const problem = typeProblem(event, carries);
  if (problem) throw new UnreadableError(`event ${event.id} ${problem}`);
}

/** Handles events after `check`, which throws for what is not to be handled. */
function checkedFirst(
  given: ConsumerOptions,
  check: (event: Event, tx: PoolClient) => void | Promise<void>,
): ConsumerOptions {
  const { handle, handleAll } = given;
  return {
    ...given,
    async handle(event, tx) {
      await check(event, tx);
      await handle(event, tx);
    },
    ...(handleAll && {
      async handleAll(events: readonly Event[], tx: PoolClient) {
        for (const event of events) await check(event, tx);
        await handleAll(events, tx);
      },
    }),
  };
}
