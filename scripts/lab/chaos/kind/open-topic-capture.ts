import type { Broker } from '../../../../mesh/policy/broker.ts';
import { readPostgresEvents } from '../read-ledger.ts';
import { kafkaCapture } from './kafka-capture.ts';
import { openRabbitmqCapture } from './rabbitmq-capture.ts';
import type { TopicCapture } from './topic-capture.ts';

/** Starts to capture the events of the topic `orders`. */
export async function openTopicCapture(broker: Broker): Promise<TopicCapture> {
  switch (broker) {
    case 'postgres':
      return { isServing: async () => true, events: readPostgresEvents, close: async () => {} };
    case 'kafka':
      return kafkaCapture;
    case 'rabbitmq':
      return openRabbitmqCapture();
  }
}
