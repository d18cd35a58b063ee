import type { RequestListener } from 'node:http';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import type { Client } from '../client/client.ts';
import type { Events } from '../events/events.ts';
import type { ServiceDefinition } from '../grpc/handlers.ts';
import type { Background } from '../process/background.ts';
import type { Implementation } from '../server/implement.ts';
import type { Migration } from '../store/migration.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What a process is given to build its parts with. */
export interface ServiceContext {
  readonly config: AppConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Aborts when the process begins to stop. What would answer without end, such as server-sent events, ends then. */
  readonly stopping: AbortSignal;
  /**
   * The environment's variables as `schema` reads them.
   * @throws SettingsError with every wrong key, its value and the rule it breaks
   */
  settings<T>(schema: z.ZodType<T>): T;
  /**
   * The secret file of that name below WEFT_SECRETS, without its last line break.
   * @throws SettingsError that names the file when it cannot be read
   */
  secret(key: string): string;
  /**
   * Opens the service's own database and applies `migrations` to it.
   * @throws SettingsError when the graph gives the service no store
   */
  store(migrations: readonly Migration[]): Promise<Pool>;
  /**
   * The client of another service, each method under the policy of the declared call that grants it.
   * @throws SettingsError when the graph declares no call to `callee`, or serves another protobuf service there
   */
  client<S extends ServiceDefinition>(definition: S, callee: string): Client<S>;
  readonly events: Events;
}

/** What a process consists of. */
export interface ServiceParts {
  readonly grpc?: readonly Implementation[];
  readonly http?: RequestListener;
  /** Started when the process is ready, stopped before the servers are. */
  readonly background?: readonly Background[];
}

/** Makes a process's parts. */
export type ServiceBuilder = (context: ServiceContext) => Promise<ServiceParts>;
