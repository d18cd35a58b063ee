import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { type LocalPod, localPort } from '../../../mesh/run/local-pod.ts';
import { type LocalRun, withLocalRun } from '../../../mesh/run/local-run.ts';
import type { LocalRunOptions } from '../../../mesh/run/local-run-options.ts';
import { isPostgres } from '../../../mesh/run/postgres-process.ts';
import { makeFolder } from '../../../mesh/run/process/make-folder.ts';
import { ROOT } from '../../process/run-tool.ts';
import type { Replica, Testbed } from './testbed.ts';

export interface LocalTestbed extends Testbed {
  readonly run: LocalRun;
}

export interface LocalTestbedOptions extends Omit<LocalRunOptions, 'root' | 'reporter' | 'environment'> {
  /** Log file, which is overwritten. */
  readonly logPath: string;
  /** Receives each line that a process logs. @default ignores them */
  readonly onLine?: (name: string, line: string) => void;
}

/**
 * Runs the shop on loopback while `use` runs, and writes its output to a log file.
 * @param onKill receives a function that kills all processes at once
 * @throws Error with the path of the log file if the shop does not start or `use` throws
 */
export async function withLocalTestbed<T>(
  { logPath, onLine, ...options }: LocalTestbedOptions,
  onKill: (kill: () => void) => void,
  use: (testbed: LocalTestbed) => Promise<T>,
): Promise<T> {
  await makeFolder(dirname(logPath));
  const log = createWriteStream(logPath);
  const writeLog = (name: string, text: string) => log.write(`${new Date().toISOString()} ${name} ${text}\n`);
  const line = (name: string, text: string) => {
    writeLog(name, text);
    onLine?.(name, text);
  };
  try {
    return await withLocalRun(
      {
        ...options,
        root: ROOT,
        reporter: { line, note: writeLog, problem: writeLog },
        // One log line per request would hide warnings and cost CPU.
        environment: { WEFT_LOG_LEVEL: 'warn', ...process.env },
      },
      onKill,
      (run) => use(createTestbed(run)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nthe log of the shop is in ${logPath}`, { cause: error });
  } finally {
    log.end();
  }
}

function createTestbed(run: LocalRun): LocalTestbed {
  const replicaOf = (pod: LocalPod): Replica => ({
    service: pod.container.name,
    name: pod.name,
    process: String(run.pidOf(pod)),
    adminUrl: `http://127.0.0.1:${localPort(pod, 'http-admin')}`,
  });
  return {
    where: 'local',
    ingressUrl: run.edgeUrl,
    replicas: async (service) =>
      run.pods
        .filter((pod) => !isPostgres(pod))
        .map(replicaOf)
        .filter((replica) => service === undefined || replica.service === service),
    run,
  };
}
