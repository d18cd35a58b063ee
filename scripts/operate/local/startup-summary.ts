import type { LocalRun } from '../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../mesh/run/postgres-process.ts';
import type { SeedAccount } from './seed-accounts.ts';

/**
 * Formats the summary that `npm start` prints once all processes are ready: addresses, accounts and example commands.
 *
 * @param accounts accounts whose passwords to display
 * @param seconds duration of the start
 */
export function formatStartupSummary(
  { pods, edgeUrl, edgeUrls, dashboard }: LocalRun,
  accounts: readonly SeedAccount[],
  seconds: number,
): string {
  const storefront = edgeUrls.get('web');
  const rows: (readonly [string, string])[] = [
    ...(storefront ? [['shop', storefront] as const] : []),
    ['gateway', edgeUrl],
    ['API pages', `${edgeUrl}/docs`],
    ...(dashboard ? [['live page', `${dashboard.url}/?token=${dashboard.token}`] as const] : []),
    ...pods
      .filter((pod) => !pod.container.ports.some(({ name }) => name === 'http'))
      .map((pod) => [pod.name, addresses(pod.container.ports, pod.ports, isPostgres(pod))] as const),
  ];
  return [
    '',
    `The shop is ready after ${seconds.toFixed(1)} s.`,
    '',
    ...table(rows),
    '',
    ...(accounts.length > 0
      ? [
          'Accounts. These passwords are displayed only once:',
          '',
          ...table(accounts.map(({ email, password }) => [email, password])),
          '',
        ]
      : []),
    'Open the shop in a browser, or order with the HTTP API:',
    '',
    ...commands(edgeUrl).map((line) => `  ${line}`),
    '',
    'Press Ctrl-C to stop. The next start reuses the data.',
    '',
    '',
  ].join('\n');
}

/** Returns example commands for a POSIX shell. Running them again has no effect. */
function commands(edgeUrl: string): readonly string[] {
  const json = "-H 'content-type: application/json'";
  const account = '{"email":"ada@weft.example","password":"a stranger no more"';
  const order = '{"items":[{"productId":"\'$ID\'","quantity":1}],"payment":{"token":"tok_ok"}}';
  return [
    `WEFT=${edgeUrl}`,
    'curl -s "$WEFT/v1/products?limit=3"; echo',
    'ID=$(curl -s "$WEFT/v1/products?limit=1" | sed \'s/.*"id":"\\([^"]*\\).*/\\1/\')',
    `curl -s $WEFT/v1/users ${json} -d '${account},"name":"Ada"}'; echo`,
    `TOKEN=$(curl -s $WEFT/v1/sessions ${json} -d '${account}}' | sed 's/.*"accessToken":"\\([^"]*\\).*/\\1/')`,
    `curl -s $WEFT/v1/orders -H "authorization: Bearer $TOKEN" -H 'idempotency-key: first' ${json} -d '${order}'; echo`,
    'curl -s $WEFT/v1/orders -H "authorization: Bearer $TOKEN"; echo',
  ];
}

function addresses(
  ports: readonly { readonly name: string; readonly containerPort: number }[],
  local: ReadonlyMap<number, number>,
  isDatabase: boolean,
): string {
  return ports
    .map(({ name, containerPort }) => `${isDatabase ? '' : `${name} `}127.0.0.1:${local.get(containerPort)}`)
    .join('  ');
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
