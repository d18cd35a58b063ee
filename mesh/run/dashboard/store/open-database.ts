import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

const PAGE_BYTES = 4_096;
export const MIB = 1_048_576;

export interface DatabaseOptions {
  /** Path of the file, or `:memory:`. */
  readonly file: string;
  /** Largest size of the file. SQLite refuses to write beyond it. */
  readonly maxMiB: number;
  /** Reports that an unreadable file was renamed. */
  readonly onProblem: (text: string) => void;
}

/**
 * Opens the database of a store, and creates its tables. A file that SQLite cannot read is renamed to `FILE.unreadable`,
 * and one of another version is deleted: a dashboard without earlier telemetry is better than none. If the file cannot be
 * written, for example because the disk is full, telemetry is kept in memory.
 */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  const { file, onProblem } = options;
  try {
    return open(options);
  } catch (error) {
    const { errcode, message } = error as { readonly errcode?: number; readonly message: string };
    // Extended codes have the primary code in their lowest byte.
    const code = (errcode ?? 0) & 0xff;
    if (UNWRITABLE.includes(code)) {
      onProblem(`cannot write ${file} (${message}); keeping telemetry in memory until the next start`);
      return open({ ...options, file: ':memory:', maxMiB: Math.min(options.maxMiB, MAX_MEMORY_MIB) });
    }
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
    onProblem(
      `${file} is not readable (${message}); moving it to ${file}.unreadable and starting an empty one`,
    );
    renameSync(file, `${file}.unreadable`);
    deleteFiles(file);
    return open(options);
  }
}

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const UNWRITABLE: readonly number[] = [8, 10, 13, 14];
/** Telemetry in memory that a machine has room for. */
const MAX_MEMORY_MIB = 64;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function open({ file, maxMiB }: DatabaseOptions): DatabaseSync {
  let database = new DatabaseSync(file);
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version !== 0 && version !== SCHEMA_VERSION) {
    database.close();
    deleteFiles(file);
    database = new DatabaseSync(file);
  }
  // A power failure may lose the last seconds, but a killed process loses nothing.
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = ${8 * MIB}; PRAGMA max_page_count = ${Math.ceil((maxMiB * MIB) / PAGE_BYTES)};
    PRAGMA cache_size = -8192`);
  if (version !== SCHEMA_VERSION) database.exec(SCHEMA);
  return database;
}

function deleteFiles(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}
