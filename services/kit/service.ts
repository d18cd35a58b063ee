import { SettingsError } from './errors/settings-error.ts';
import type { ServiceBuilder } from './service/service-context.ts';
import { type RunningService, startService } from './service/start.ts';
import { createLog, type Log } from './telemetry/log.ts';

/**
 * The whole life of a service process: starts it, stops it at SIGTERM or SIGINT, and exits. A second signal exits at
 * once. Exit codes: 0 stopped, 1 failed, 78 wrong settings.
 */
export async function runService(build: ServiceBuilder): Promise<void> {
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
