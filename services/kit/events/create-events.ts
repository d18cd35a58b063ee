import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { together } from '../background.ts';
import { SettingsError } from '../config/settings-error.ts';
import type { Log } from '../telemetry/log.ts';
import { typeProblem } from './body.ts';
import type { Broker } from './broker.ts';
import { putAside } from './dead-letter.ts';
import type { ConsumerOptions, Events } from './events.ts';
import { inboxMigrations, type Patience, receiver } from './inbox.ts';
import { inboxForgetting, inboxMemoryMs, refuseExpired } from './inbox-memory.ts';
import { createOutbox } from './outbox.ts';
import { replayer } from './replay.ts';
import { UnreadableError } from './unreadable.ts';

/** What a service may do with topics, over `broker`. */
export function createEvents(config: AppEvents, broker: Broker, log: Log, patience?: Patience): Events {
  const memoryMs = inboxMemoryMs(config.retention);
  const outbox = createOutbox(broker, config, log);
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
      const options = { ...given, handle: handlingCarried(given, config.carries) };
      const subscription = broker.subscribe({
        topic,
        group,
        pool,
        deliver: receiver(pool, rememberedOnly(options, memoryMs), log, patience),
        putAside: (unreadable) => putAside(pool, group, unreadable, log),
      });
      return together([
        subscription,
        replayer(pool, options, log),
        inboxForgetting(pool, group, memoryMs, log),
      ]);
    },
  };
}

/** Handles events of the types that the topic carries. Any other is set aside: a newer consumer may read it. */
function handlingCarried(
  { handle }: ConsumerOptions,
  carries: AppEvents['carries'],
): ConsumerOptions['handle'] {
  return async (event, tx) => {
    const problem = typeProblem(event, carries);
    if (problem) throw new UnreadableError(`event ${event.id} ${problem}`);
    await handle(event, tx);
  };
}

/** Handles what the inbox would remember, had it come before. Who replays a dead letter has decided that for it. */
function rememberedOnly(options: ConsumerOptions, memoryMs: number): ConsumerOptions {
  return {
    ...options,
    handle: async (event, tx) => {
      await refuseExpired(event, memoryMs, tx);
      await options.handle(event, tx);
    },
  };
}
