import { type ChannelModel, connect } from 'amqplib';
import type { AppRabbitmqEvents } from '../../../../mesh/policy/app-events.ts';
import { parseAddress } from '../../discovery/discovery.ts';
import type { Log } from '../../telemetry/log.ts';
import type { ServerTls } from '../../tls/server-tls.ts';

export interface RabbitmqSource {
  readonly config: AppRabbitmqEvents;
  readonly password: string;
  /** Name of the service: what the broker calls its connections, and the source of its events. */
  readonly service: string;
  readonly log: Log;
  readonly tls: ServerTls;
}

/** A peer that says nothing for twice as long is gone, in seconds. */
const HEARTBEAT_S = 10;
const CONNECT_MS = 5_000;

/**
 * Opens a connection. To find that it is lost is up to whoever uses it: its channels close with it.
 * @param purpose what the broker calls it besides the service
 * @throws Error as amqplib says it
 */
export async function openConnection(source: RabbitmqSource, purpose: string): Promise<ChannelModel> {
  const { config, password, service, log } = source;
  const { host: hostname, port } = parseAddress(config.address);
  const tls = source.tls.options(hostname);
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
    { ...tls, timeout: CONNECT_MS, clientProperties: { connection_name: `${service}: ${purpose}` } },
  );
  // Without a listener it would end the process.
  connection.on('error', (error) => log.warn('connection to RabbitMQ lost', { purpose, error }));
  return connection;
}

/** Ends a connection, if it is not lost already; one that does not answer ends by its heartbeat. */
export async function closeConnection(connection: ChannelModel | undefined): Promise<void> {
  const ended = connection?.close().catch(() => {});
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
}
