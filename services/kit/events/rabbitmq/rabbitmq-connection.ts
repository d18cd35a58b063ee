import { type ChannelModel, connect } from 'amqplib';
import type { AppRabbitmqEvents } from '../../../../mesh/policy/app-events.ts';
import { CLOSE_TIMEOUT_MS, CONNECT_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { parseAddress } from '../../config/address.ts';
import type { Log } from '../../telemetry/log.ts';
import type { ServerTls } from '../../tls/server-tls.ts';

export interface RabbitmqConnectionOptions {
  readonly config: AppRabbitmqEvents;
  readonly password: string;
  /** Name of the service, used as the connection name and as the source of its events. */
  readonly service: string;
  readonly log: Log;
  readonly tls: ServerTls;
}

/**
 * Heartbeat interval of AMQP, in seconds. amqplib closes a connection after two intervals in which nothing arrived, so
 * at most three intervals, 12 s, after the last byte.
 */
const HEARTBEAT_S = 4;

/**
 * Opens a connection. Its channels close with it, also when the broker stops responding. Its socket is destroyed one
 * second later, since a broker that vanished never closes its side.
 * @param purpose suffix of the connection name
 * @throws Error of amqplib
 */
export async function openConnection(
  source: RabbitmqConnectionOptions,
  purpose: string,
): Promise<ChannelModel> {
  const { config, password, service, log } = source;
  const { host: hostname, port } = parseAddress(config.address);
  const tls = source.tls.options(hostname);
  const socket = new AbortController();
  // amqplib passes all of these to net.connect or tls.connect; its types lack `signal`.
  const options = {
    ...tls,
    timeout: CONNECT_TIMEOUT_MS,
    clientProperties: { connection_name: `${service}: ${purpose}` },
    signal: socket.signal,
  };
  const connection = await connect(
    {
      protocol: tls ? 'amqps' : 'amqp',
      hostname,
      port,
      username: config.user,
      password,
      vhost: config.vhost,
      heartbeat: HEARTBEAT_S,
    },
    options,
  );
  // Without a listener, the error would end the process.
  connection.on('error', (error) =>
    log.warn('lost the connection to RabbitMQ; reconnecting', { purpose, error }),
  );
  connection.once('close', () => setTimeout(() => socket.abort(), CLOSE_TIMEOUT_MS).unref());
  return connection;
}

/** Closes a connection unless it is already lost. An unresponsive connection ends by its heartbeat. */
export async function closeConnection(connection: ChannelModel | undefined): Promise<void> {
  const ended = connection?.close().catch(() => {});
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref())]);
}
