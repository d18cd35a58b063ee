import pg from 'pg';
import type { AppEvents } from '../../../../../mesh/policy/app-events.ts';
import { receiver } from '../../../../../services/kit/events/inbox.ts';
import { openBroker } from '../../../../../services/kit/service/open-broker.ts';
import { createLog } from '../../../../../services/kit/telemetry/log.ts';
import { knownAddress } from './known-address.ts';

/** Settings of consumer-process.ts, as JSON in WEFT_PROBE. */
export interface ConsumerProcessOptions {
  readonly events: AppEvents;
  readonly password: string;
  readonly connectionString: string;
  readonly topic: string;
  readonly group: string;
  /** Ends itself after its first effect, before it can say so; or never comes to an end with its first event. */
  readonly mode: 'dies' | 'is slow';
}

const { events, password, connectionString, topic, group, mode }: ConsumerProcessOptions = JSON.parse(
  process.env.WEFT_PROBE ?? '',
);
const log = createLog({}, { level: 'warn' });
const broker = await openBroker({
  events,
  secret: () => password,
  service: 'notification',
  discovery: knownAddress,
  log,
  timeouts: { sessionTimeoutMs: 6_000 },
});
const pool = new pg.Pool({ connectionString });
const receive = receiver(
  pool,
  {
    topic,
    group,
    handle: async ({ key, data }, tx) => {
      await tx.query('INSERT INTO effect (key, n) VALUES ($1, $2)', [key, (data as { n: number }).n]);
    },
  },
  log,
);
const background = broker.subscribe({
  topic,
  group,
  pool,
  deliver: async (event, signal) => {
    if (mode === 'dies') {
      await receive(event, signal);
      process.kill(process.pid, 'SIGKILL');
    }
    process.send?.({ delivered: event.id });
    await new Promise(() => {});
  },
  deadLetterUnreadable: async () => {},
  deadLetterPoison: async () => {},
});
await background.start();
// Reports its memory in bytes on request.
process.on('message', () => process.send?.({ bytes: process.memoryUsage.rss() }));
