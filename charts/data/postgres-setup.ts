import type { StoresConfig } from '../../mesh/compile/peers/stores.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';

/**
 * Returns a psql script that creates missing databases and roles, and sets all passwords. The script is idempotent. Run
 * it again with `psql -f` in the pod after adding a service.
 * @param passwords folder with a file `<secret>/<key>` for each password
 * @param brokerSql statements that create the tables of topics
 */
export function postgresSetup(
  { stores, events }: StoresConfig,
  passwords: string,
  brokerSql: string,
): string {
  const login = ({ role, password: { secret, key } }: { role: string; password: SecretKey }) =>
    loginRole(role, `${passwords}/${secret}/${key}`);
  const blocks = stores.flatMap((store) => [login(store), ownedDatabase(store.database, store.role)]);
  if (!events) return `${blocks.join('\n\n')}\n`;
  const { database, owner, topics, roles } = events;
  blocks.push(
    createRole(owner, 'NOLOGIN'),
    ...roles.map(login),
    ownedDatabase(database, owner),
    `GRANT CONNECT ON DATABASE ${name(database)} TO ${roles.map(({ role }) => name(role)).join(', ')};`,
    `\\connect ${database}\nSET ROLE ${name(owner)};`,
    brokerSql.trimEnd(),
    ...topics.map(topicRetention),
    ...roles.flatMap(({ role, publishes, consumes }) => [
      ...topicPolicy(role, 'INSERT', publishes),
      ...topicPolicy(role, 'SELECT', consumes),
    ]),
  );
  return `${blocks.join('\n\n')}\n`;
}

function loginRole(role: string, passwordFile: string): string {
  return `${createRole(role, 'LOGIN')}\n\\set password \`cat ${passwordFile}\`\nALTER ROLE ${name(role)} PASSWORD :'password';`;
}

function createRole(role: string, kind: 'LOGIN' | 'NOLOGIN'): string {
  const condition = `NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${text(role)})`;
  return `SELECT format('CREATE ROLE %I ${kind}', ${text(role)}) WHERE ${condition} \\gexec`;
}

/** Returns statements for a database to which only its owner may connect. */
function ownedDatabase(database: string, owner: string): string {
  const condition = `NOT EXISTS (SELECT FROM pg_database WHERE datname = ${text(database)})`;
  return [
    `SELECT format('CREATE DATABASE %I OWNER %I', ${text(database)}, ${text(owner)}) WHERE ${condition} \\gexec`,
    `REVOKE ALL ON DATABASE ${name(database)} FROM PUBLIC;`,
  ].join('\n');
}

function topicRetention(topic: { readonly name: string; readonly retentionSeconds: number }): string {
  const values = `(${text(topic.name)}, interval '${topic.retentionSeconds} seconds')`;
  return `INSERT INTO topic (name, retention) VALUES ${values}
ON CONFLICT (name) DO UPDATE SET retention = EXCLUDED.retention;`;
}

/** Returns the row-level security policy that limits a role to its topics. */
function topicPolicy(role: string, verb: 'INSERT' | 'SELECT', topics: readonly string[]): readonly string[] {
  const policy = name(`${role}_${verb.toLowerCase()}`);
  const drop = `DROP POLICY IF EXISTS ${policy} ON event;\nREVOKE ${verb} ON event FROM ${name(role)};`;
  if (topics.length === 0) return [drop];
  const rule = `(topic IN (${topics.map(text).join(', ')}))`;
  return [
    [
      drop,
      `CREATE POLICY ${policy} ON event FOR ${verb} TO ${name(role)} ${verb === 'INSERT' ? 'WITH CHECK' : 'USING'} ${rule};`,
      `GRANT ${verb} ON event TO ${name(role)};`,
    ].join('\n'),
  ];
}

function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function text(literal: string): string {
  return `'${literal.replaceAll("'", "''")}'`;
}
