import type { AppKafkaEvents } from '../../../../mesh/policy/app-events.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import { tlsAdvice } from '../../tls/tls-problem.ts';

/** What can be said of some codes of the protocol: https://kafka.apache.org/protocol#protocol_error_codes */
const ADVICE: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION:
    'the topic is not there; start the service that publishes to it, which makes it, or make it by hand',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not use the topic; give it the rights by an ACL of Kafka',
  GROUP_AUTHORIZATION_FAILED: 'the user may not read as this group; give it the rights by an ACL of Kafka',
  CLUSTER_AUTHORIZATION_FAILED: 'the user may not make topics; make them by hand, or give it the rights',
  INVALID_REPLICATION_FACTOR: 'there are fewer brokers than replicas; start more, or lower kafka.replicas',
  NOT_ENOUGH_REPLICAS: 'fewer brokers than min.insync.replicas have the topic; start those that are away',
  KAFKA_STORAGE_ERROR: 'a disk of the broker is full or broken; make room, and start the broker again',
  MESSAGE_TOO_LARGE: "the batch is larger than the topic's max.message.bytes; raise it to 1 MiB at least",
};

/**
 * What went wrong, so that whoever reads it knows what to change: a SettingsError where only another setting helps.
 * @param doing what was tried, as `cannot` goes on
 */
export function kafkaError(error: unknown, doing: string, config: AppKafkaEvents): Error {
  const cause = causeOf(error);
  const where = config.addresses.join(', ');
  if (cause.name === 'KafkaJSSASLAuthenticationError') {
    const rule = `Kafka at ${where} refuses user or password (${cause.message}); put the right one into the secret events-password`;
    return new SettingsError([{ key: 'events.sasl.user', value: config.sasl?.user ?? '', rule }]);
  }
  const type = 'type' in cause ? String(cause.type) : '';
  const advice = Object.hasOwn(ADVICE, type) ? ADVICE[type] : undefined;
  const tls = tlsAdvice(cause);
  const others = tls ? `: ${tls}` : isAway(cause) ? AWAY : '';
  const reason = advice ? `${type}: ${advice}` : `${cause.message}${others}`;
  return new Error(`cannot ${doing} with Kafka at ${where}: ${reason}`, { cause: error });
}

const AWAY = '; start the broker, or correct events.addresses';

function isAway({ name }: Error): boolean {
  return name.startsWith('KafkaJSConnection') || name === 'KafkaJSNoBrokerAvailableError';
}

/** The first error of a chain; of several that came together, the first of those that says more than a repeat. */
function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if ('errors' in error && Array.isArray(error.errors)) return causeOf(error.errors[0]);
  return error.cause instanceof Error ? causeOf(error.cause) : error;
}
