import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { type Exit, spawnTied, type TiedProcess } from '../process/spawn-tied.ts';
import { type PostgresAccount, postgresAccount, temporaryFolder } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { createStore, type PostgresStore } from './create-store.ts';
import { createCluster, type DataFolder, openDataFolder } from './data-folder.ts';
import { postgresError } from './postgres-error.ts';

export interface PostgresOptions {
  /** Folder for durable data. @default a temporary folder that `stop` deletes, without durability */
  readonly data?: string;
  /** @default a free port */
  readonly port?: number;
  /** Password of the user `postgres`. Takes effect when the data folder is created. @default random */
  readonly superuserPassword?: string;
  /** Additional server settings (postgresql.conf). Files must be readable by `postgresAccount()`. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives each line of the server log. @default ignored */
  readonly onLine?: (line: string) => void;
}

/** A running Postgres server. */
export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly pid: number;
  /** Resolves once the server has exited. */
  readonly exited: Promise<Exit>;
  /** Creates a database and the role that owns it. @param password of the role. @default random */
  createStore(name: string, password?: string): Promise<PostgresStore & { readonly address: string }>;
  /** Performs a fast shutdown: aborts open transactions and closes connections. Resolves once the server has exited. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_CONNECTIONS = 200;
/** Timeout of a fast shutdown. An immediate shutdown follows, after which the next start recovers from the log. */
const STOP_TIMEOUT_MS = 10_000;
const MAX_PORT_ATTEMPTS = 5;
/** How long a start waits for the backends of a server that was killed to exit. */
const ORPHAN_TIMEOUT_MS = 60_000;
const ORPHAN_PAUSE_MS = 100;
const ORPHAN_ERROR = 'pre-existing shared memory block';

/**
 * Starts a Postgres server from the binaries in node_modules on the loopback interface. The server exits with this
 * process, even if this process is killed.
 *
 * @throws Error if the platform is not supported, the folder cannot be written, the disk is full or the port is in use
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const account = postgresAccount();
  const superuserPassword = options.superuserPassword ?? randomPassword();
  const binaries = await findBinaries(account);
  const scratch = options.data
    ? undefined
    : await mkdtemp(join(await temporaryFolder(account), 'weft-postgres-'));
  const folder = options.data ?? join(scratch ?? '', 'data');
  const deleteScratch = async () => {
    if (scratch) await rm(scratch, { recursive: true, force: true });
  };
  try {
    if (scratch && account) await chown(scratch, account.uid, account.gid);
    await createCluster(binaries, folder, superuserPassword, account);
    const data = await openDataFolder(folder, account);
    const serve = async (port: number) => ({
      port,
      server: await afterOrphans(() => startServer(port, binaries, data, scratch, account, options)),
    });
    try {
      const { port, server } = options.port ? await serve(options.port) : await onFreePort(serve);
      const exited = server.exited.then(async (exit) => {
        await data.close();
        await deleteScratch();
        return exit;
      });
      return {
        host: HOST,
        port,
        superuserPassword,
        pid: server.child.pid ?? 0,
        exited,
        async createStore(name, storePassword = randomPassword()) {
          const store = { database: name, role: name, password: storePassword };
          await createStore(
            { host: HOST, port, user: 'postgres', password: superuserPassword, database: 'postgres' },
            store,
          );
          return { address: `${HOST}:${port}`, ...store };
        },
        async stop() {
          server.child.kill('SIGINT');
          const force = globalThis.setTimeout(() => server.child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
          await exited;
          clearTimeout(force);
        },
      };
    } catch (error) {
      await data.close();
      throw error;
    }
  } catch (error) {
    await deleteScratch();
    throw error;
  }
}

async function startServer(
  port: number,
  binaries: Binaries,
  data: DataFolder,
  scratch: string | undefined,
  account: PostgresAccount | undefined,
  { settings: additionalSettings, onLine = () => {} }: PostgresOptions,
): Promise<TiedProcess> {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    log_checkpoints: 'off',
    max_wal_senders: 0,
    wal_level: 'minimal',
    shared_buffers: '64MB',
    jit: 'off',
    log_line_prefix: '',
    ...(scratch ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...additionalSettings,
  };
  const server = spawnTied(
    join(binaries, 'bin/postgres'),
    ['-D', data.argument, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...account,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      shutdownSignal: 'SIGINT',
      ...(data.descriptor === undefined ? {} : { folderDescriptor: data.descriptor }),
      ...(scratch ? { scratchFolder: scratch } : {}),
    },
  );
  await untilReady(server, onLine);
  return server;
}

async function untilReady(server: TiedProcess, onLine: (line: string) => void): Promise<void> {
  const output: string[] = [];
  let isReady = false;
  const { stderr } = server.child;
  if (!stderr) throw new Error('the process of Postgres has no standard error stream');
  const lines = createInterface({ input: stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (!isReady) output.push(line);
      if (!isReady && line.includes('ready to accept connections')) {
        isReady = true;
        resolve();
      }
      onLine(line);
    });
    lines.once('close', () => reject(postgresError('postgres did not start', output.join('\n'))));
    server.exited.catch(reject);
  });
}

/**
 * Retries while backends of a killed server still use the data folder. Each backend exits on its own as soon as it
 * notices that its server is gone.
 */
async function afterOrphans<T>(start: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + ORPHAN_TIMEOUT_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isOrphaned = error instanceof Error && error.message.includes(ORPHAN_ERROR);
      if (!isOrphaned || performance.now() > deadline) throw error;
      await setTimeout(ORPHAN_PAUSE_MS);
    }
  }
}

/** Retries with another free port if a different program opens the port first. */
async function onFreePort<T>(use: (port: number) => Promise<T>, attempts = MAX_PORT_ATTEMPTS): Promise<T> {
  try {
    return await use(await freePort());
  } catch (error) {
    if (attempts > 1 && error instanceof Error && error.message.includes('Address already in use')) {
      return onFreePort(use, attempts - 1);
    }
    throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, HOST, resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('no free port on the loopback interface');
  return address.port;
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
