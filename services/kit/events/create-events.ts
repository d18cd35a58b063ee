import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import { together } from '../background.ts';
import { SettingsError } from '../config/settings-error.ts';
import type { Log } from '../telemetry/log.ts';
import type { Broker } from './broker.ts';
import { putAside } from './dead-letter.ts';
import type { Events } from './events.ts';
import { batchReceiver, inboxMigrations, type Patience, receiver } from './inbox.ts';
import { createOutbox } from './outbox.ts';
import { replayer } from './replay.ts';

/** What a service may do with topics, over `broker`. */
export function createEvents(config: AppEvents, broker: Broker, log: Log, patience?: Patience): Events {
  return {
    outbox: createOutbox(broker, config.publishes, log),
    inboxMigrations,
    consumer(pool, options) {
      const { topic, group } = options;
      if (!config.consumes.includes(topic)) {
        const declared = config.consumes.join(', ') || 'none';
        const rule = `'${topic}' is not declared as consumed here (${declared}); declare it in the graph`;
        throw new SettingsError([{ key: 'events.consumes', rule }]);
      }
      const subscription = broker.subscribe({
        topic,
        group,
        pool,
        deliver: receiver(pool, options, log, patience),
        ...(options.handleAll && { deliverAll: batchReceiver(pool, group, options.handleAll, log) }),
        putAside: (unreadable) => putAside(pool, group, unreadable, log),
      });
      return together([subscription, replayer(pool, options, log)]);
    },
  };
}
