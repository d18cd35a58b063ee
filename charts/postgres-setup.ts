import type { StoresConfig } from '../mesh/compile/stores.ts';

/**
 * A psql script that makes the databases and roles which are missing, and sets every password. It may run again:
 * after a service was added, `psql -f` it in the pod.
 * @param passwords folder with a file `<secret>/<key>` for each password
 * @param brokerSql makes the tables of topics
 */
export function postgresSetup(
  { stores, events }: StoresConfig,
  passwords: string,
  brokerSql: string,
): string {
  const blocks = stores.flatMap(({ database, role, password }) => [
    loginRole(role, `${passwords}/${password.secret}/${password.key}`),
    ownedDatabase(database, role),
  ]);
  if (!events) return `${blocks.join('\n\n')}\n`;
  const { database, owner, roles } = events;
  blocks.push(
    createRole(owner, 'nologin'),
    ...roles.map(({ role, password }) => loginRole(role, `${passwords}/${password.secret}/${password.key}`)),
    ownedDatabase(database, owner),
    `grant connect on database ${name(database)} to ${roles.map(({ role }) => name(role)).join(', ')};`,
    `\\connect ${database}\nset role ${name(owner)};`,
    brokerSql.trimEnd(),
    ...roles.flatMap(({ role, publishes, consumes }) => [
      ...topicPolicy(role, 'insert', publishes),
      ...topicPolicy(role, 'select', consumes),
    ]),
  );
  return `${blocks.join('\n\n')}\n`;
}

function loginRole(role: string, passwordFile: string): string {
  return `${createRole(role, 'login')}\n\\set password \`cat ${passwordFile}\`\nalter role ${name(role)} password :'password';`;
}

function createRole(role: string, kind: 'login' | 'nologin'): string {
  const missing = `not exists (select from pg_roles where rolname = ${text(role)})`;
  return `select format('create role %I ${kind}', ${text(role)}) where ${missing} \\gexec`;
}

/** A database that its owner alone may connect to. */
function ownedDatabase(database: string, owner: string): string {
  const missing = `not exists (select from pg_database where datname = ${text(database)})`;
  return [
    `select format('create database %I owner %I', ${text(database)}, ${text(owner)}) where ${missing} \\gexec`,
    `revoke all on database ${name(database)} from public;`,
  ].join('\n');
}

/** Row security that lets a role write, or read, its own topics and no other. */
function topicPolicy(role: string, verb: 'insert' | 'select', topics: readonly string[]): readonly string[] {
  const policy = name(`${role}_${verb}`);
  const drop = `drop policy if exists ${policy} on event;\nrevoke ${verb} on event from ${name(role)};`;
  if (topics.length === 0) return [drop];
  const rule = `(topic in (${topics.map(text).join(', ')}))`;
  return [
    [
      drop,
      `create policy ${policy} on event for ${verb} to ${name(role)} ${verb === 'insert' ? 'with check' : 'using'} ${rule};`,
      `grant ${verb} on event to ${name(role)};`,
    ].join('\n'),
  ];
}

function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function text(literal: string): string {
  return `'${literal.replaceAll("'", "''")}'`;
}
