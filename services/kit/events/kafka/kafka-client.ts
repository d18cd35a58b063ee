import { Kafka, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import type { AppKafkaEvents, KafkaSasl } from '../../../../mesh/policy/app-events.ts';
import { RESPONSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import type { Log } from '../../telemetry/log.ts';
import type { ServerTls } from '../../tls/server-tls.ts';
import { kafkaSocket } from './kafka-socket.ts';

export interface KafkaClientOptions {
  readonly config: AppKafkaEvents;
  /** Needed where `config` says who signs in. */
  readonly password?: string;
  /** Name of the service: what the brokers call this client, and the source of its events. */
  readonly service: string;
  readonly log: Log;
  readonly tls: ServerTls;
}

/** For one connection, in milliseconds. */
const CONNECT_MS = 3_000;

/** Says of a producer with a limit what KafkaPublisher answers by taking a new one. */
const ANSWERED = 'Limiting retries for the idempotent producer';

/**
 * The client of a Kafka cluster; it connects when something is asked of it.
 * @param requestMs for one request, in milliseconds. Requests that wait on purpose (JoinGroup, Fetch) have longer limits
 *   of their own in kafkajs. @default 10 s
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
    logCreator: () => (entry) => write(entry, log),
  });
}

function sasl({ mechanism, user: username }: KafkaSasl, password: string): SASLOptions {
  return { mechanism, username, password };
}

/** What fails there is tried again, and told by whoever gives up: it is no error of this process yet. */
function write({ level, namespace, log: entry }: LogEntry, log: Log): void {
  const { message, timestamp: _, logger: __, stack: ___, ...fields } = entry;
  if (message.startsWith(ANSWERED)) return;
  log[level === logLevel.INFO ? 'debug' : 'warn'](`kafka: ${message}`, {
    ...(namespace && { part: namespace }),
    ...fields,
  });
}
