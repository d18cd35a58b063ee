import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Exit, spawnTied, type TiedProcess } from '../process/spawn-tied.ts';
import { type PostgresAccount, postgresAccount, temporaryFolder } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { createStore, type PostgresStore } from './create-store.ts';
import { createCluster, type DataFolder, openDataFolder } from './data-folder.ts';
import { postgresError } from './postgres-error.ts';

export interface PostgresOptions {
  /** Keeps the data in this folder, and writes it safely. @default a temporary one that `stop` removes, unsafe and fast */
  readonly data?: string;
  /** @default a free one */
  readonly port?: number;
  /** Of the user `postgres`; counts when the data is made. @default a random one */
  readonly superuserPassword?: string;
  /** Server settings (postgresql.conf) that differ from the usual ones. Files must be readable by `postgresAccount()`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Gets each line that the server writes. @default they are dropped */
  readonly onLine?: (line: string) => void;
}

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly pid: number;
  /** Resolves when the server is gone, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Makes a database and the role that owns it. @default password: a random one */
  createStore(name: string, password?: string): Promise<PostgresStore & { readonly address: string }>;
  /** Ends open transactions and connections, writes what is to be written, and resolves when the server is gone. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const CONNECTIONS = 200;
/** After this a stop is forced, milliseconds; the next start recovers from the log. */
const PATIENCE = 10_000;

/**
 * Starts a Postgres of its own, from the binaries in node_modules, on the loopback interface.
 * It ends with this process, however this process ends.
 *
 * @throws Error when there is no Postgres for this platform, the folder cannot be written, the
 *   disk is full or the port is in use
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const account = postgresAccount();
  const superuserPassword = options.superuserPassword ?? password();
  const binaries = await findBinaries(account);
  const scratch = options.data
    ? undefined
    : await mkdtemp(join(await temporaryFolder(account), 'weft-postgres-'));
  const folder = options.data ?? join(scratch ?? '', 'data');
  const forget = async () => {
    if (scratch) await rm(scratch, { recursive: true, force: true });
  };
  try {
    if (scratch && account) await chown(scratch, account.uid, account.gid);
    await createCluster(binaries, folder, superuserPassword, account);
    const data = await openDataFolder(folder, account);
    const serve = async (port: number) => ({
      port,
      server: await serveOn(port, binaries, data, scratch, account, options),
    });
    try {
      const { port, server } = options.port ? await serve(options.port) : await onFreePort(serve);
      const exited = server.exited.then(async (exit) => {
        await data.close();
        await forget();
        return exit;
      });
      return {
        host: HOST,
        port,
        superuserPassword,
        pid: server.child.pid ?? 0,
        exited,
        async createStore(name, storePassword = password()) {
          const store = { database: name, role: name, password: storePassword };
          await createStore(
            { host: HOST, port, user: 'postgres', password: superuserPassword, database: 'postgres' },
            store,
          );
          return { address: `${HOST}:${port}`, ...store };
        },
        async stop() {
          server.child.kill('SIGINT');
          const force = setTimeout(() => server.child.kill('SIGQUIT'), PATIENCE);
          await exited;
          clearTimeout(force);
        },
      };
    } catch (error) {
      await data.close();
      throw error;
    }
  } catch (error) {
    await forget();
    throw error;
  }
}

async function serveOn(
  port: number,
  binaries: Binaries,
  data: DataFolder,
  scratch: string | undefined,
  account: PostgresAccount | undefined,
  { settings: more, onLine = () => {} }: PostgresOptions,
): Promise<TiedProcess> {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    max_connections: CONNECTIONS,
    log_checkpoints: 'off',
    max_wal_senders: 0,
    wal_level: 'minimal',
    shared_buffers: '64MB',
    jit: 'off',
    log_line_prefix: '',
    ...(scratch ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...more,
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
  await ready(server, onLine);
  return server;
}

async function ready(server: TiedProcess, onLine: (line: string) => void): Promise<void> {
  const said: string[] = [];
  let started = false;
  const { stderr } = server.child;
  if (!stderr) throw new Error('the server has no standard error');
  const lines = createInterface({ input: stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (!started) said.push(line);
      if (!started && line.includes('ready to accept connections')) {
        started = true;
        resolve();
      }
      onLine(line);
    });
    lines.once('close', () => reject(postgresError('Postgres did not start', said.join('\n'))));
    server.exited.catch(reject);
  });
}

/** Another program may take a free port before the server does; then the next one is tried. */
async function onFreePort<T>(use: (port: number) => Promise<T>, tries = 5): Promise<T> {
  try {
    return await use(await freePort());
  } catch (error) {
    if (tries > 1 && error instanceof Error && error.message.includes('Address already in use')) {
      return onFreePort(use, tries - 1);
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

function password(): string {
  return randomBytes(24).toString('base64url');
}
