import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalPod } from './local-pod.ts';
import { startPostgres } from './postgres/embedded-postgres.ts';
import { cleanUpOrphan } from './postgres/orphan.ts';
import type { RunningProcess } from './running-process.ts';
import { runSetupScript } from './setup-script.ts';
import { type Mounts, toLocalPath } from './volumes.ts';

/** Whether a pod is what the official image `postgres` would run. */
export function isPostgres(pod: LocalPod): boolean {
  return /(^|\/)postgres:/.test(pod.container.image);
}

/**
 * Stands in for the official image: the embedded Postgres on the pod's port, with the password of
 * POSTGRES_PASSWORD_FILE and the scripts of /docker-entrypoint-initdb.d. Unlike there, the scripts
 * run at each start, so that a service which is added later gets its database.
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
    throw new Error(`${pod.workload.metadata.name} needs a container port and POSTGRES_PASSWORD_FILE`);
  }
  const superuserPassword = (await readFile(passwordFile, 'utf8')).trimEnd();
  // What it does all day, at level LOG, would hide what matters.
  const onProblem = (line: string) => {
    if (!line.startsWith('LOG:')) onLine(line);
  };
  await cleanUpOrphan(data, (pid) =>
    onLine(`stopping process ${pid}, the Postgres of a run that was killed`),
  );
  const postgres = await startPostgres({ data, port, superuserPassword, onLine: onProblem });
  const setUp = async () => {
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
    ready: setUp(),
    exited: postgres.exited,
    stop: () => postgres.stop(),
    kill: () => process.kill(postgres.pid, 'SIGQUIT'),
  };
}
