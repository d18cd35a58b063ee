import type { PoolClient } from 'pg';
import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { type Background, together } from '../background.ts';
import { SettingsError } from '../config/settings-error.ts';
import type { Log } from '../telemetry/log.ts';
import { typeProblem } from './body.ts';
import type { Broker } from './broker.ts';
import { giveUp, putAside } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions, Events } from './events.ts';
import { deadLetterGauge } from './gauges.ts';
import { inboxMigrations, type Patience, receiver } from './inbox.ts';
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
  return {
    outbox: createOutbox(broker, config, log, {
      ...(observer && { observer }),
      ...(batch !== undefined && { batch }),
    }),
    inboxMigrations,
    consumer(pool, given) {
      const { topic, group } = given;
      if (!config.consumes.includes(topic)) {
        const declared = config.consumes.join(', ') || 'none';
        const rule = `'${topic}' is not declared as consumed here (${declared}); declare it in the graph`;
        throw new SettingsError([{ key: 'events.consumes', rule }]);
      }
      const options = handlingCarried(given, config.carries);
      const deliver = receiver(pool, options, log, {
        ...(patience && { patience }),
        ...(observer && { observer }),
      });
      const subscription = broker.subscribe({
        topic,
        group,
        pool,
        deliver: (event, signal) => deliver(event, signal),
        deliverSeveral: severalReceiver(pool, options, deliver, log, observer ? { observer } : {}),
        putAside: (unreadable) => putAside(pool, group, unreadable, log),
        async giveUp(event, deliveries) {
          await giveUp(pool, group, event, deliveries, log);
          observer?.received(event, group, 'put-aside');
        },
      });
      const parts: Background[] = [subscription, replayer(pool, options, log)];
      if (observer) parts.push(deadLetterGauge(pool, options, observer, log));
      return together(parts);
    },
  };
}

/** Handles events of the types that the topic carries. Any other is set aside: a newer consumer may read it. */
function handlingCarried(given: ConsumerOptions, carries: AppEvents['carries']): ConsumerOptions {
  const { handle, handleAll } = given;
  const check = (event: Event) => {
    const problem = typeProblem(event, carries);
    if (problem) throw new UnreadableError(`event ${event.id} ${problem}`);
  };
  return {
    ...given,
    async handle(event, tx) {
      check(event);
      await handle(event, tx);
    },
    ...(handleAll && {
      async handleAll(events: readonly Event[], tx: PoolClient) {
        events.forEach(check);
        await handleAll(events, tx);
      },
    }),
  };
}
