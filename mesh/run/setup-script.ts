import { readFile } from 'node:fs/promises';
import pg from 'pg';

/**
 * Runs a script that is written for psql, which the embedded Postgres does not bring. Understands
 * what the manifests use of psql: `\set NAME \`cat FILE\``, `:'NAME'`, `\connect DATABASE` and a
 * `\gexec` at the end of a statement.
 *
 * @param localPath where a path of the container lies on this machine
 * @throws Error for another command of psql, for a statement that fails, and when the connection is lost
 */
export async function runSetupScript(
  script: string,
  server: pg.ClientConfig,
  localPath: (path: string) => string,
): Promise<void> {
  const variables = new Map<string, string>();
  let client = await connect(server, 'postgres');
  let pending = '';
  const flush = async () => {
    const sql = pending;
    pending = '';
    if (sql.trim()) await client.query(sql);
  };
  try {
    for (const line of script.split('\n')) {
      const words = line.trim().split(/\s+/);
      if (words[0] === '\\set') {
        const file = /`cat (.+)`/.exec(line)?.[1];
        if (!file) throw new Error(`psql command not understood: ${line}`);
        variables.set(words[1] ?? '', (await readFile(localPath(file), 'utf8')).trimEnd());
      } else if (words[0] === '\\connect') {
        await flush();
        await client.end();
        client = await connect(server, words[1] ?? '');
      } else if (words.at(-1) === '\\gexec') {
        const text = pending + line.slice(0, line.lastIndexOf('\\gexec'));
        const last = text.lastIndexOf(';') + 1;
        pending = text.slice(0, last);
        await flush();
        const { rows } = await client.query<string[]>({ text: text.slice(last), rowMode: 'array' });
        for (const sql of rows.flat()) await client.query(sql);
      } else if (words[0]?.startsWith('\\')) {
        throw new Error(`psql command not understood: ${line}`);
      } else {
        pending += `${withVariables(line, variables)}\n`;
      }
    }
    await flush();
  } finally {
    await client.end();
  }
}

async function connect(server: pg.ClientConfig, database: string): Promise<pg.Client> {
  const client = new pg.Client({ ...server, database });
  // Its end between two statements would end the process; the next statement fails.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function withVariables(line: string, variables: ReadonlyMap<string, string>): string {
  return line.replaceAll(/:'(\w+)'/g, (written, name: string) => {
    const value = variables.get(name);
    return value === undefined ? written : pg.escapeLiteral(value);
  });
}
