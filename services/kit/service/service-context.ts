import type { RequestListener } from 'node:http';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import type { Client } from '../client/client.ts';
import type { Events } from '../events/events.ts';
import type { ServiceDefinition } from '../grpc/handlers.ts';
import type { Background } from '../process/background.ts';
import type { Implementation } from '../server/implement.ts';
import type { Migration } from '../store/migrate.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Gives a service access to its settings, store, callees and topics. */
export interface ServiceContext {
  readonly config: AppConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Aborts when the process begins to stop. Endless responses, such as server-sent events, must then end. */
  readonly stopping: AbortSignal;
  /**
   * Parses the environment variables that `schema` names.
   * @throws SettingsError that lists each wrong variable, its value and the rule it breaks
   */
  settings<T>(schema: z.ZodType<T>): T;
  /**
   * Returns the content of the file `key` in the folder WEFT_SECRETS, without a trailing line break.
   * @throws SettingsError that names the file when it is missing, unreadable or empty
   */
  secret(key: string): string;
  /**
   * Opens the database of the service and applies `migrations` to it.
   * @throws SettingsError when the graph gives the service no store
   */
  store(migrations: readonly Migration[]): Promise<Pool>;
  /**
   * Returns the client of another service. Each method follows the policy of the declared call that allows it.
   * @throws SettingsError when the graph declares no call to `callee`, or `callee` serves another protobuf service
   */
  client<S extends ServiceDefinition>(definition: S, callee: string): Client<S>;
  /** @throws SettingsError when the graph gives the service no topics */
  readonly events: Events;
}

/** The servers and background work of a service. */
export interface ServiceParts {
  readonly grpc?: readonly Implementation[];
  readonly http?: RequestListener;
  /** Started before the process is ready and stopped before the servers. */
  readonly background?: readonly Background[];
}

/** Creates the parts of a service. */
export type ServiceBuilder = (context: ServiceContext) => Promise<ServiceParts>;
