import { tryParseJson } from '../../../../mesh/run/process/read-json.ts';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import type { ConsumerOptions } from '../../../../services/kit/events/events.ts';
import { notifyCustomer, notifyCustomers } from '../../../../services/notification/notify-customer.ts';
import { type BenchBroker, connectBroker, GROUP, TOPIC } from './bench-broker.ts';
import { errorLog, openStore, type StoreAccess } from './events-server.ts';
import { now } from './now.ts';

/** Options of this process, passed as JSON in WEFT_BENCH_CONSUMER. */
export interface BenchConsumerOptions {
  readonly broker: Pick<BenchBroker, 'events' | 'password'>;
  readonly store: StoreAccess;
  /** `notify` runs the handler of the shop; `row` inserts key and counter of each event into the table `effect`. */
  readonly effect: 'notify' | 'row';
}

/** Events applied since the previous message: their keys, and the times at which their effects were committed. */
export interface AppliedEvents {
  readonly keys: readonly string[];
  readonly at: readonly number[];
}

const REPORT_INTERVAL_MS = 50;

const EFFECTS: Readonly<
  Record<BenchConsumerOptions['effect'], Pick<ConsumerOptions, 'handle' | 'handleBatch'>>
> = {
  notify: { handle: notifyCustomer, handleBatch: notifyCustomers },
  row: {
    handle: async ({ id, key, data }, tx) => {
      await tx.query({
        name: 'effect',
        text: 'INSERT INTO effect (id, key, n) VALUES ($1, $2, $3)',
        values: [id, key, (data as { readonly n: number }).n],
      });
    },
  },
};

// This process runs the consumer, reports applied events to its parent, and ends with it. The parent writes the options, so
// they are not validated.
const options = tryParseJson(process.env.WEFT_BENCH_CONSUMER ?? '') as BenchConsumerOptions;
const broker = await connectBroker(options.broker);
const { pool } = await openStore(options.store, 4);
let keys: string[] = [];
let at: number[] = [];
const onReceived = ({ key }: Event, _group: string, outcome: string) => {
  // Ends the bench, so that an event that was not applied is not counted. The log has the reason.
  if (outcome !== 'applied') process.exit(1);
  keys.push(key);
  at.push(now());
};
const observer = { onReceived, onPublished: () => {}, onBacklog: () => {}, onDeadLetters: () => {} };
const events = createEvents(options.broker.events, broker, errorLog, { observer });
await events.consumer(pool, { topic: TOPIC, group: GROUP, ...EFFECTS[options.effect] }).start();
process.send?.({ keys, at } satisfies AppliedEvents);
setInterval(() => {
  if (keys.length === 0) return;
  process.send?.({ keys, at } satisfies AppliedEvents);
  keys = [];
  at = [];
}, REPORT_INTERVAL_MS);
// Ctrl-C also signals the parent, which stops this process.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
