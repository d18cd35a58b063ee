import { Kafka, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import type { AppKafkaEvents, KafkaSasl } from '../../../../mesh/policy/app-events.ts';
import { RESPONSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import type { Log } from '../../telemetry/log.ts';
import type { ServerTls } from '../../tls/server-tls.ts';
import { kafkaSocket } from './kafka-socket.ts';

export interface KafkaClientOptions {
  readonly config: AppKafkaEvents;
  /** Password of the SASL user. Required when `config.sasl` is set. */
  readonly password?: string;
  /** Name of the service, used as the client id and as the source of its events. */
  readonly service: string;
  readonly log: Log;
  readonly tls: ServerTls;
}

/** Timeout of one connection attempt, in milliseconds. */
const CONNECT_MS = 3_000;

/**
 * Warning about limited retries of an idempotent producer. KafkaPublisher handles it by replacing a failed producer.
 */
const EXPECTED_WARNING = 'Limiting retries for the idempotent producer';

/**
 * Creates a client of a Kafka cluster. It connects on first use.
 * @param requestMs timeout of one request, in milliseconds. Long polls (JoinGroup, Fetch) have longer timeouts of
 *   their own in kafkajs. @default 10 s
 */
export function kafkaClient(
  { config, password = '', service, log, tls }: KafkaClientOptions,
  requestMs: number = RESPONSE_TIMEOUT_MS,
): Kafka {
  return new Kafka({
    clientId: service,
    brokers: [...config.addresses],
    socketFactory: kafkaSocket(tls),
    ...(config.sasl && { sasl: sasl(config.sasl, password) }),
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS,
    requestTimeout: requestMs,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => writeEntry(entry, log),
  });
}

function sasl({ mechanism, user: username }: KafkaSasl, password: string): SASLOptions {
  return { mechanism, username, password };
}

/**
 * Writes an entry of kafkajs to the log. Failures are warnings at most: they are retried, and the caller reports the
 * final error.
 */
function writeEntry({ level, namespace, log: entry }: LogEntry, log: Log): void {
  const { message, timestamp: _, logger: __, stack: ___, ...fields } = entry;
  if (message.startsWith(EXPECTED_WARNING)) return;
  log[level === logLevel.INFO ? 'debug' : 'warn'](`kafka: ${message}`, {
    ...(namespace && { part: namespace }),
    ...fields,
  });
}
