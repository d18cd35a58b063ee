import pg from 'pg';

/** A database and the role that owns it. */
export interface PostgresStore {
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

/** Creates the role and its database if missing, sets the password, and revokes access of all other roles. */
export async function createStore(server: pg.ClientConfig, store: PostgresStore): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    const role = pg.escapeIdentifier(store.role);
    const database = pg.escapeIdentifier(store.database);
    const roles = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [store.role]);
    await client.query(
      `${roles.rowCount ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(store.password)}`,
    );
    const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [store.database]);
    if (!databases.rowCount) await client.query(`CREATE DATABASE ${database} OWNER ${role}`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  } finally {
    await client.end();
  }
}
