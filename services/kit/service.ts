import { SettingsError } from './errors/settings-error.ts';
import type { ServiceBuilder } from './service/service-context.ts';
import { type RunningService, startService } from './service/start.ts';
import { createLog, type Log } from './telemetry/log.ts';

/**
 * Runs a service process: starts the service, stops it on SIGTERM or SIGINT, and exits. A second signal exits at once.
 * Exit codes: 0 after a stop, 1 after a failure, 78 for wrong settings.
 */
export async function runService(build: ServiceBuilder): Promise<void> {
  const fail = (message: string, error: unknown, code = 1) => {
    processLog().error(message, { error });
    process.exit(code);
  };
  process.on('unhandledRejection', (error) => fail('unhandled rejection', error));
  process.on('uncaughtException', (error) => fail('uncaught exception', error));

  let running: RunningService | undefined;
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A service that has not started yet has nothing to stop in order.
    if (isStopping || !running) process.exit(isStopping ? 1 : 0);
    isStopping = true;
    processLog().info('stopping', { signal });
    running.stop().then(
      () => process.exit(0),
      (error) => fail('cannot stop the service; exiting', error),
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);

  try {
    running = await startService(process.env, build);
  } catch (error) {
    if (error instanceof SettingsError) {
      for (const problem of error.problems) processLog().error('invalid setting; exiting', { ...problem });
      process.exit(SettingsError.exitCode);
    }
    fail('cannot start the service; exiting', error);
  }
}

/** Returns a log for use outside of a started service, which works even if the settings of the log are wrong. */
function processLog(): Log {
  const format = process.env.WEFT_LOG === 'text' ? 'text' : 'json';
  return createLog({ service: process.env.WEFT_SERVICE }, { format });
}
