import type { RequestListener } from 'node:http';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { AppConfig } from '../../mesh/policy/app-config.ts';
import type { Background } from './background.ts';
import type { Client } from './client/client.ts';
import type { Events } from './events/events.ts';
import type { ServiceDefinition } from './server/handlers.ts';
import type { Implementation } from './server/implementation.ts';
import type { Migration } from './store/migration.ts';
import type { Log } from './telemetry/log.ts';

/** What a process is given to build its parts with. */
export interface Host {
  readonly config: AppConfig;
  readonly log: Log;
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
   * The client of a declared call.
   * @throws SettingsError when the graph declares no such call, or one to another protobuf service
   */
  client<S extends ServiceDefinition>(definition: S, call: string): Client<S>;
  readonly events: Events;
}

/** What a process consists of. */
export interface Parts {
  readonly grpc?: readonly Implementation[];
  readonly http?: RequestListener;
  /** Started when the process is ready, stopped before the servers are. */
  readonly background?: readonly Background[];
}
