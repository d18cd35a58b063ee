import type { AppKafkaEvents } from '../../../../mesh/policy/app-events.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import { tlsAdvice } from '../../tls/tls-problem.ts';

/** Advice by error code: https://kafka.apache.org/protocol#protocol_error_codes */
const ADVICE: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION:
    'the topic does not exist; start the service that publishes to it, which creates it, or create it manually',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not access the topic; grant access with a Kafka ACL',
  GROUP_AUTHORIZATION_FAILED: 'the user may not read as this group; grant access with a Kafka ACL',
  CLUSTER_AUTHORIZATION_FAILED:
    'the user may not create topics; create them manually, or grant access with a Kafka ACL',
  INVALID_REPLICATION_FACTOR:
    'there are fewer brokers than replicas; start more, or lower kafka.replicationFactor',
  NOT_ENOUGH_REPLICAS: 'fewer brokers than min.insync.replicas have the topic; start the missing ones',
  KAFKA_STORAGE_ERROR: 'a disk of the broker is full or broken; free space, and restart the broker',
  MESSAGE_TOO_LARGE: "the batch is larger than the topic's max.message.bytes; raise it to at least 1 MiB",
};

/**
 * Converts an error to one that tells the operator what to fix: a SettingsError where only another setting helps.
 * @param doing the failed action, to complete "cannot ..."
 */
export function kafkaError(error: unknown, doing: string, config: AppKafkaEvents): Error {
  const cause = causeOf(error);
  const addresses = config.addresses.join(', ');
  if (cause.name === 'KafkaJSSASLAuthenticationError') {
    const rule = `Kafka at ${addresses} rejects the user or password (${cause.message}); correct the secret events-password`;
    return new SettingsError([{ key: 'events.sasl.user', value: config.sasl?.user ?? '', rule }]);
  }
  const type = 'type' in cause ? String(cause.type) : '';
  const advice = Object.hasOwn(ADVICE, type) ? ADVICE[type] : undefined;
  const tls = tlsAdvice(cause);
  const others = tls ? `: ${tls}` : isAway(cause) ? AWAY : '';
  const reason = advice ? `${type}: ${advice}` : `${cause.message}${others}`;
  return new Error(`cannot ${doing} with Kafka at ${addresses}: ${reason}`, { cause: error });
}

const AWAY = '; start the broker, or correct events.addresses';

function isAway({ name }: Error): boolean {
  return name.startsWith('KafkaJSConnection') || name === 'KafkaJSNoBrokerAvailableError';
}

/** Returns the root cause. Of an aggregate error it follows the first one, since the others repeat it. */
function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if ('errors' in error && Array.isArray(error.errors)) return causeOf(error.errors[0]);
  return error.cause instanceof Error ? causeOf(error.cause) : error;
}
