import pg from 'pg';

export interface PostgresSignIns {
  readonly host: string;
  readonly port: number;
  readonly signIns: readonly {
    readonly database: string;
    readonly user: string;
    readonly password: string;
  }[];
}

/** Outcome of a sign-in, in the order of the sign-ins: the session, or the code of Postgres or the socket. */
export type PostgresAnswer =
  | { readonly user: string; readonly database: string }
  | { readonly code: string; readonly message: string };

declare const INPUT: PostgresSignIns;

async function signIn(as: PostgresSignIns['signIns'][number]): Promise<PostgresAnswer> {
  const { host, port } = INPUT;
  const client = new pg.Client({ host, port, ...as });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT current_user AS "user", current_database() AS database');
    return rows[0];
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { code, message };
  } finally {
    await client.end().catch(() => {});
  }
}

process.stdout.write(JSON.stringify(await Promise.all(INPUT.signIns.map(signIn))));
