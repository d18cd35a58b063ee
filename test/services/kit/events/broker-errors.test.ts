import { describe, expect, test } from '@jest/globals';
import type { AppKafkaEvents, AppRabbitmqEvents } from '../../../../mesh/policy/app-events.ts';
import { SettingsError } from '../../../../services/kit/errors/settings-error.ts';
import { kafkaError } from '../../../../services/kit/events/kafka/kafka-error.ts';
import { rabbitmqError } from '../../../../services/kit/events/rabbitmq/rabbitmq-error.ts';

const TOPICS = {
  publishes: ['orders'],
  consumes: [],
  messageTypes: { orders: [] },
  retention: { orders: '168h' },
} as const;
const KAFKA: AppKafkaEvents = {
  broker: 'kafka',
  addresses: ['kafka.test:9092'],
  sasl: { mechanism: 'plain', user: 'order_events' },
  topics: {},
  ...TOPICS,
};
const RABBITMQ: AppRabbitmqEvents = {
  broker: 'rabbitmq',
  address: 'rabbitmq.test:5672',
  vhost: '/shop',
  user: 'order_events',
  consumers: {},
  maxQueueLength: 3,
  ...TOPICS,
};

/** An error as a client makes it. */
const as = (message: string, fields: object) => Object.assign(new Error(message), fields);

describe('an error of Kafka is explained with a fix:', () => {
  test.each<[string, Error, string]>([
    [
      'no topic',
      as('', { type: 'UNKNOWN_TOPIC_OR_PARTITION' }),
      'the topic does not exist; start the service that publishes',
    ],
    [
      'a full disk',
      as('', { type: 'KAFKA_STORAGE_ERROR' }),
      'a disk of the broker is full or broken; free space',
    ],
    ['too few replicas', as('', { type: 'NOT_ENOUGH_REPLICAS' }), 'start the missing ones'],
    ['too much', as('', { type: 'MESSAGE_TOO_LARGE' }), "larger than the topic's max.message.bytes"],
    [
      'no broker',
      as('connect ECONNREFUSED', { name: 'KafkaJSConnectionError' }),
      'start the broker, or correct events.addresses',
    ],
    ['no right', as('', { type: 'TOPIC_AUTHORIZATION_FAILED' }), 'grant access with a Kafka ACL'],
  ])('%s', (_, error, advice) => {
    const message = kafkaError(
      new Error('gave up', { cause: error }),
      "publish to topic 'orders'",
      KAFKA,
    ).message;
    expect(message).toContain("cannot publish to topic 'orders' with Kafka at kafka.test:9092: ");
    expect(message).toContain(advice);
  });

  test('wrong credentials are a wrong setting', () => {
    const error = as('SASL PLAIN failed', { name: 'KafkaJSSASLAuthenticationError' });
    const message = kafkaError(error, 'open topics', KAFKA);
    expect(message).toBeInstanceOf(SettingsError);
    expect(message.message).toContain("events.sasl.user is 'order_events': Kafka at kafka.test:9092 rejects");
  });
});

describe('an error of RabbitMQ is explained with a fix:', () => {
  test.each<[string, unknown, string]>([
    [
      'a full queue',
      new Error("no room in a queue of topic 'orders'"),
      'check its consumer, or raise events.maxQueueLength',
    ],
    [
      'no broker',
      as('connect ECONNREFUSED', { code: 'ECONNREFUSED' }),
      'start the broker, or correct events.address',
    ],
    [
      'no right',
      new Error('403 (ACCESS-REFUSED)'),
      'grant the user permission to configure, write and read it',
    ],
    [
      'a queue with other arguments',
      new Error('406 (PRECONDITION-FAILED) inequivalent arg x'),
      'delete it once it is empty',
    ],
  ])('%s', (_, error, advice) => {
    const message = rabbitmqError(error, "publish to topic 'orders'", RABBITMQ).message;
    expect(message).toContain("cannot publish to topic 'orders' with RabbitMQ at rabbitmq.test:5672: ");
    expect(message).toContain(advice);
  });

  test.each([
    ['Handshake terminated by server: 403 (ACCESS-REFUSED)', "events.user is 'order_events'"],
    ['Expected ConnectionOpenOk; got <ConnectionClose channel:0>', "events.vhost is '/shop'"],
  ])('%s is a wrong setting', (message, expected) => {
    const error = rabbitmqError(new Error(message), 'open topics', RABBITMQ);
    expect(error).toBeInstanceOf(SettingsError);
    expect(error.message).toContain(expected);
  });
});
