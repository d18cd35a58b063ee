import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Log } from '../../telemetry/log.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import { MAX_DATA_BYTES } from '../cloud-event.ts';
import type { Event } from '../event.ts';
import { disconnect } from './disconnect.ts';
import { toRecord } from './kafka-binding.ts';

/** Allowance for attributes, key and framing of a record, in bytes. */
const RECORD_OVERHEAD_BYTES = 1_024;
/**
 * Largest request, in bytes: all records may go to one partition, and a broker accepts at least 1 MiB per partition.
 */
const MAX_BATCH_BYTES = MAX_DATA_BYTES + 262_144;

/**
 * Publishes with an idempotent producer: batches that kafkajs retries are stored once and in order (KIP-98).
 *
 * A producer that failed is discarded. kafkajs reuses its sequence numbers (sendMessages.js) even if the brokers
 * stored the batch. Brokers would then take a different batch with these numbers for a duplicate, and drop it.
 */
export class KafkaPublisher {
  readonly #kafka: Kafka;
  readonly #source: string;
  readonly #timeoutMs: number;
  readonly #log: Log;
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka, source: string, timeoutMs: number, log: Log) {
    this.#kafka = kafka;
    this.#source = source;
    this.#timeoutMs = timeoutMs;
    this.#log = log;
  }

  /**
   * Resolves when all in-sync replicas have all events.
   * @throws KafkaJSError; Error after the timeout. Some of the events may be stored nevertheless
   */
  async publish(events: readonly Event[]): Promise<void> {
    try {
      await withTimeout(this.#send(events), this.#timeoutMs, () => 'acknowledgement');
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Closes the connections; the next call of `publish` opens new ones. */
  async close(): Promise<void> {
    const old = this.#producer;
    this.#producer = undefined;
    if (old) await disconnect({ disconnect: async () => (await old).disconnect() }, this.#log);
  }

  async #send(events: readonly Event[]): Promise<void> {
    this.#producer ??= this.#connect();
    const current = this.#producer;
    const producer = await current;
    try {
      // A replaced producer must stop: its further batches could be reordered behind the new producer's.
      for (const batch of splitBySize(events))
        if (this.#producer === current) await this.#sendBatch(producer, batch);
    } finally {
      // kafkajs reconnects a disconnected producer to retry a batch, which would leak the connection.
      if (this.#producer !== current) producer.disconnect().catch(() => {});
    }
  }

  async #sendBatch(producer: Producer, batch: readonly Event[]): Promise<void> {
    const topics = [...new Set(batch.map(({ topic }) => topic))];
    const topicMessages = topics.map((topic) => ({
      topic,
      messages: batch.filter((event) => event.topic === topic).map((event) => toRecord(event, this.#source)),
    }));
    await producer.sendBatch({ acks: -1, timeout: this.#timeoutMs, topicMessages });
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

/** Splits `events` in order into the fewest batches that fit the size limit. */
function splitBySize(events: readonly Event[]): readonly (readonly Event[])[] {
  const batches: Event[][] = [];
  let bytes = 0;
  for (const event of events) {
    const length = Buffer.byteLength(JSON.stringify(event.data ?? null)) + RECORD_OVERHEAD_BYTES;
    const current = batches.at(-1);
    if (current && bytes + length <= MAX_BATCH_BYTES) {
      current.push(event);
      bytes += length;
    } else {
      batches.push([event]);
      bytes = length;
    }
  }
  return batches;
}
