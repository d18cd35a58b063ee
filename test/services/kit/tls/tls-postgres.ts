import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresAccount } from '../../../../mesh/run/postgres/account.ts';
import { type Postgres, startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import type { Authority, Issued } from '../../../certificates.ts';
import { until } from '../../../until.ts';

/** Rules of pg_hba.conf for the role of a test; the superuser may always come, by TLS or without. */
export const HBA = {
  tlsOnly: 'hostnossl all all all reject\nhostssl all all all scram-sha-256',
  clientCertificate: 'hostnossl all all all reject\nhostssl all all all scram-sha-256 clientcert=verify-ca',
  plain: 'host all all all scram-sha-256',
} as const;

export interface ServerState {
  readonly certificate?: Issued;
  readonly hba?: string;
  readonly ssl?: 'on' | 'off';
}

/** A Postgres server with TLS that takes another certificate, or other rules, while it runs. */
export class TlsPostgres {
  readonly server: Postgres;
  readonly #folder: string;

  private constructor(server: Postgres, folder: string) {
    this.server = server;
    this.#folder = folder;
  }

  static async start(authority: Authority, certificate: Issued): Promise<TlsPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'weft-tls-postgres-'));
    const account = postgresAccount();
    if (account) chownSync(folder, account.uid, account.gid);
    write(folder, 'ca.crt', authority.certificate);
    write(folder, 'tls.crt', certificate.certificate);
    write(folder, 'tls.key', certificate.key);
    write(folder, 'pg_hba.conf', hba(HBA.plain));
    const at = (file: string) => join(folder, file);
    const settings = {
      ssl_ca_file: at('ca.crt'),
      ssl_cert_file: at('tls.crt'),
      ssl_key_file: at('tls.key'),
      hba_file: at('pg_hba.conf'),
    };
    const server = await startPostgres({ settings });
    return new TlsPostgres(server, folder);
  }

  /** Changes what is given, and waits until new connections are treated so. */
  async become({ certificate, hba: rules, ssl }: ServerState): Promise<void> {
    if (certificate) {
      write(this.#folder, 'tls.crt', certificate.certificate);
      write(this.#folder, 'tls.key', certificate.key);
    }
    if (rules) write(this.#folder, 'pg_hba.conf', hba(rules));
    const before = await this.#loadTime(ssl);
    process.kill(this.server.pid, 'SIGHUP');
    await until('Postgres has loaded its configuration', async () => (await this.#loadTime()) !== before);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.#folder, { recursive: true });
  }

  /** When a new connection says that the configuration was loaded. */
  async #loadTime(ssl?: 'on' | 'off'): Promise<string> {
    const { host, port, superuserPassword: password } = this.server;
    const client = new pg.Client({
      host,
      port,
      user: 'postgres',
      password,
      database: 'postgres',
      ssl: false,
    });
    await client.connect();
    try {
      if (ssl) await client.query(`ALTER SYSTEM SET ssl = ${ssl}`);
      const { rows } = await client.query<{ at: string }>('SELECT pg_conf_load_time()::text AS at');
      return rows[0]?.at ?? '';
    } finally {
      await client.end();
    }
  }
}

function hba(rules: string): string {
  return `host all postgres all scram-sha-256\n${rules}\n`;
}

/** Writes a file with mode 0600: Postgres rejects a private key that other users can read. */
function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  writeFileSync(path, text, { mode: 0o600 });
  const account = postgresAccount();
  if (account) chownSync(path, account.uid, account.gid);
}
