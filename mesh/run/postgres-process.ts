import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalPod } from './local-pod.ts';
import { startPostgres } from './postgres/embedded-postgres.ts';
import { cleanUpOrphan } from './postgres/orphan.ts';
import type { RunningProcess } from './running-process.ts';
import { runSetupScript } from './setup-script.ts';
import { type Mounts, toLocalPath } from './volumes.ts';

/** Returns whether a pod uses the official image `postgres`. */
export function isPostgres(pod: LocalPod): boolean {
  return /(^|\/)postgres:/.test(pod.container.image);
}

/**
 * Starts the embedded Postgres in place of the official image: on the pod's port, with the password of
 * POSTGRES_PASSWORD_FILE and the scripts of /docker-entrypoint-initdb.d. Unlike the image, it runs the scripts at every
 * start, so that services added later get their database.
 */
export async function startDatabase(
  pod: LocalPod,
  data: string,
  environment: Readonly<Record<string, string>>,
  mounts: Mounts,
  onLine: (line: string) => void,
): Promise<RunningProcess> {
  const [port] = pod.ports.values();
  const passwordFile = environment.POSTGRES_PASSWORD_FILE;
  if (!port || !passwordFile) {
    throw new Error(
      `${pod.workload.metadata.name} must have a container port and the variable POSTGRES_PASSWORD_FILE`,
    );
  }
  const superuserPassword = (await readFile(passwordFile, 'utf8')).trimEnd();
  // Lines of level LOG report routine activity, such as checkpoints. Only warnings and errors are passed on.
  const onProblem = (line: string) => {
    if (!line.startsWith('LOG:')) onLine(line);
  };
  await cleanUpOrphan(data, (pid) => onLine(`stopping orphaned Postgres server with process id ${pid}`));
  const postgres = await startPostgres({ data, port, superuserPassword, onLine: onProblem });
  const runSetupScripts = async () => {
    const folder = mounts.get('/docker-entrypoint-initdb.d');
    const scripts = folder ? (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort() : [];
    const server = { host: postgres.host, port, user: 'postgres', password: superuserPassword };
    for (const script of scripts) {
      await runSetupScript(await readFile(join(folder ?? '', script), 'utf8'), server, (path) =>
        toLocalPath(mounts, path),
      );
    }
  };
  return {
    pid: postgres.pid,
    ready: runSetupScripts(),
    exited: postgres.exited,
    stop: () => postgres.stop(),
    kill: () => process.kill(postgres.pid, 'SIGQUIT'),
  };
}
