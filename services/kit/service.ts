import type { RequestListener } from 'node:http';
import type { Pool } from 'pg';
import type { z } from 'zod';
import type { AppConfig } from '../../mesh/policy/app-config.ts';
import type { Background } from './background.ts';
import type { Client } from './client/client.ts';
import { SettingsError } from './config/settings-error.ts';
import type { Events } from './events/events.ts';
import type { ServiceDefinition } from './server/handlers.ts';
import type { Implementation } from './server/implementation.ts';
import { type RunningService, startService } from './start.ts';
import type { Migration } from './store/migration.ts';
import { createLog, type Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** What a process is given to build its parts with. */
export interface Host {
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
export interface Parts {
  readonly grpc?: readonly Implementation[];
  readonly http?: RequestListener;
  /** Started when the process is ready, stopped before the servers are. */
  readonly background?: readonly Background[];
}

/** Makes a process's parts. */
export type Build = (host: Host) => Promise<Parts>;

/**
 * The whole life of a service process: starts it, stops it at SIGTERM or SIGINT, and exits. A second signal exits at
 * once. Exit codes: 0 stopped, 1 failed, 78 wrong settings.
 */
export async function runService(build: Build): Promise<void> {
  const fail = (message: string, error: unknown, code = 1) => {
    processLog().error(message, { error });
    process.exit(code);
  };
  process.on('unhandledRejection', (error) => fail('unhandled rejection', error));
  process.on('uncaughtException', (error) => fail('uncaught exception', error));

  let running: RunningService | undefined;
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // Before it is started nothing is under way that would need an order.
    if (stopping || !running) process.exit(stopping ? 1 : 0);
    stopping = true;
    processLog().info('stopping', { signal });
    running.stop().then(
      () => process.exit(0),
      (error) => fail('stopped badly', error),
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);

  try {
    running = await startService(process.env, build);
  } catch (error) {
    if (error instanceof SettingsError) {
      for (const problem of error.problems) processLog().error('wrong setting', { ...problem });
      process.exit(SettingsError.exitCode);
    }
    fail('not started', error);
  }
}

/** A log for what happens outside of a started service, even where the settings that say its form are wrong. */
function processLog(): Log {
  const format = process.env.WEFT_LOG === 'text' ? 'text' : 'json';
  return createLog({ service: process.env.WEFT_SERVICE }, { format });
}
