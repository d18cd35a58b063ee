import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Log } from '../../telemetry/log.ts';
import { within } from '../../time/within.ts';
import { MAX_DATA_BYTES } from '../cloud-event.ts';
import type { Event } from '../event.ts';
import { disconnect } from './disconnect.ts';
import { toRecord } from './kafka-binding.ts';

/** Attributes, key and framing of a record, in bytes: more than most need. */
const FRAME = 1_024;
/** Records of one request, in bytes: all may go to one partition, and a broker takes 1 MiB for one at least. */
const MAX_BATCH_BYTES = MAX_DATA_BYTES + 262_144;

/**
 * Publishes by an idempotent producer: what it repeats by itself is kept once and in its order (KIP-98).
 *
 * A producer that failed is not used again. It takes back its sequence numbers (kafkajs, sendMessages.js) whether the
 * brokers kept the batch or not, and brokers that kept it would take another batch with these numbers for a repeat, and
 * drop it.
 */
export class KafkaPublisher {
  readonly #kafka: Kafka;
  readonly #source: string;
  readonly #limitMs: number;
  readonly #log: Log;
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka, source: string, limitMs: number, log: Log) {
    this.#kafka = kafka;
    this.#source = source;
    this.#limitMs = limitMs;
    this.#log = log;
  }

  /**
   * Resolves when all in-sync replicas have all events.
   * @throws KafkaJSError; Error when that takes longer than the limit. Some of the events may be kept then
   */
  async publish(events: readonly Event[]): Promise<void> {
    try {
      await within(this.#send(events), this.#limitMs, () => 'acknowledgement');
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Ends its connections; the next event opens others. */
  async close(): Promise<void> {
    const old = this.#producer;
    this.#producer = undefined;
    if (old) await disconnect({ disconnect: async () => (await old).disconnect() }, this.#log);
  }

  async #send(events: readonly Event[]): Promise<void> {
    this.#producer ??= this.#connect();
    const mine = this.#producer;
    const producer = await mine;
    try {
      // Once it is another's turn, what this one sends would come behind.
      for (const batch of batches(events))
        if (this.#producer === mine) await this.#sendBatch(producer, batch);
    } finally {
      // To repeat a batch, kafkajs connects again what was disconnected.
      if (this.#producer !== mine) producer.disconnect().catch(() => {});
    }
  }

  async #sendBatch(producer: Producer, batch: readonly Event[]): Promise<void> {
    const topics = [...new Set(batch.map(({ topic }) => topic))];
    const topicMessages = topics.map((topic) => ({
      topic,
      messages: batch.filter((event) => event.topic === topic).map((event) => toRecord(event, this.#source)),
    }));
    await producer.sendBatch({ acks: -1, timeout: this.#limitMs, topicMessages });
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    });
    await producer.connect();
    return producer;
  }
}

/** `events` in their order, in as few requests as brokers take by their size. */
function batches(events: readonly Event[]): readonly (readonly Event[])[] {
  const all: Event[][] = [];
  let bytes = 0;
  for (const event of events) {
    const length = Buffer.byteLength(JSON.stringify(event.data ?? null)) + FRAME;
    const last = all.at(-1);
    if (last && bytes + length <= MAX_BATCH_BYTES) {
      last.push(event);
      bytes += length;
    } else {
      all.push([event]);
      bytes = length;
    }
  }
  return all;
}
