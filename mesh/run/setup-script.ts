import { readFile } from 'node:fs/promises';
import pg from 'pg';

/**
 * Runs a psql script without psql, which the embedded Postgres lacks. Supports the commands that the manifests use:
 * `\set NAME \`cat FILE\``, `:'NAME'`, `\connect DATABASE`, and `\gexec` at the end of a statement.
 *
 * @param localPath translates a path of the container to a local path
 * @throws Error if a psql command is not supported, a statement fails, or the connection is lost
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
        if (!file)
          throw new Error(`unsupported psql command: ${line}; use \\set with a file, \\connect or \\gexec`);
        variables.set(words[1] ?? '', (await readFile(localPath(file), 'utf8')).trimEnd());
      } else if (words[0] === '\\connect') {
        await flush();
        await client.end();
        client = await connect(server, words[1] ?? '');
      } else if (words.at(-1) === '\\gexec') {
        const text = pending + line.slice(0, line.lastIndexOf('\\gexec'));
        const start = text.lastIndexOf(';') + 1;
        pending = text.slice(0, start);
        await flush();
        const { rows } = await client.query<string[]>({ text: text.slice(start), rowMode: 'array' });
        for (const sql of rows.flat()) await client.query(sql);
      } else if (words[0]?.startsWith('\\')) {
        throw new Error(`unsupported psql command: ${line}; use \\set with a file, \\connect or \\gexec`);
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
  // An unhandled error event would crash the process. The next statement reports a lost connection.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function withVariables(line: string, variables: ReadonlyMap<string, string>): string {
  return line.replaceAll(/:'(\w+)'/g, (reference, name: string) => {
    const value = variables.get(name);
    return value === undefined ? reference : pg.escapeLiteral(value);
  });
}
