import { tryParseJson } from '../../../../mesh/run/process/read-json.ts';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import type { ConsumerOptions } from '../../../../services/kit/events/events.ts';
import { notifyCustomer, notifyCustomers } from '../../../../services/notification/notify-customer.ts';
import { type BenchBroker, connectBroker, GROUP, TOPIC } from './bench-broker.ts';
import { openStore, quiet, type StoreAccess } from './events-server.ts';
import { now } from './now.ts';

/** Options of this process, as JSON in WEFT_BENCH_CONSUMER. */
export interface BenchConsumerOptions {
  readonly broker: Pick<BenchBroker, 'events' | 'password'>;
  readonly store: StoreAccess;
  /** `notify` is the shop's; `row` keeps key and number of each event in the table `effect`. */
  readonly effect: 'notify' | 'row';
}

/** What was applied since the last message: keys, and when their effects were committed. */
export interface Applied {
  readonly keys: readonly string[];
  readonly at: readonly number[];
}

const EVERY_MS = 50;

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

/** The consumer as a process of its own. Tells its parent what was applied, and ends with it. */
// The parent of the same checkout wrote it.
const options = tryParseJson(process.env.WEFT_BENCH_CONSUMER ?? '') as BenchConsumerOptions;
const broker = await connectBroker(options.broker);
const { pool } = await openStore(options.store, 4);
let keys: string[] = [];
let at: number[] = [];
const onReceived = ({ key }: Event, _group: string, outcome: string) => {
  // The log has said why. What nobody applied must not pass for an effect.
  if (outcome !== 'applied') process.exit(1);
  keys.push(key);
  at.push(now());
};
const observer = { onReceived, onPublished: () => {}, onBacklog: () => {}, onDeadLetters: () => {} };
const events = createEvents(options.broker.events, broker, quiet, { observer });
await events.consumer(pool, { topic: TOPIC, group: GROUP, ...EFFECTS[options.effect] }).start();
process.send?.({ keys, at } satisfies Applied);
setInterval(() => {
  if (keys.length === 0) return;
  process.send?.({ keys, at } satisfies Applied);
  keys = [];
  at = [];
}, EVERY_MS);
// The parent hears Ctrl-C too, and decides.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
