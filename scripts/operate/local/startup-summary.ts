import type { LocalRun } from '../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../mesh/run/postgres-process.ts';
import type { SeedAccount } from './seed-accounts.ts';

/**
 * What a user is told once all is ready: addresses, accounts, and what to try.
 *
 * @param accounts those whose passwords were not shown yet
 */
export function formatStartupSummary(
  { pods, edgeUrl: gateway }: LocalRun,
  accounts: readonly SeedAccount[],
  seconds: number,
): string {
  const rows: (readonly [string, string])[] = [
    ['gateway', gateway],
    ['API pages', `${gateway}/docs`],
    ...pods
      .filter((pod) => !pod.container.ports.some(({ name }) => name === 'http'))
      .map((pod) => [pod.name, addresses(pod.container.ports, pod.ports, isPostgres(pod))] as const),
  ];
  return [
    '',
    `The shop is open after ${seconds.toFixed(1)} s.`,
    '',
    ...table(rows),
    '',
    ...(accounts.length > 0
      ? [
          'Accounts; their passwords are shown this once:',
          '',
          ...table(accounts.map(({ email, password }) => [email, password])),
          '',
        ]
      : []),
    'Look at its products, then order one:',
    '',
    ...commands(gateway).map((line) => `  ${line}`),
    '',
    'Ctrl-C stops everything; the data is found again at the next start.',
    '',
    '',
  ].join('\n');
}

/** A POSIX shell runs them as they are; to run them again changes nothing. */
function commands(gateway: string): readonly string[] {
  const json = "-H 'content-type: application/json'";
  const account = '{"email":"ada@weft.example","password":"a stranger no more"';
  const order = '{"items":[{"productId":"\'$ID\'","quantity":1}],"payment":{"token":"tok_ok"}}';
  return [
    `WEFT=${gateway}`,
    'curl -s "$WEFT/v1/products?limit=3"; echo',
    'ID=$(curl -s "$WEFT/v1/products?limit=1" | sed \'s/.*"id":"\\([^"]*\\).*/\\1/\')',
    `curl -s $WEFT/v1/users ${json} -d '${account},"name":"Ada"}'; echo`,
    `TOKEN=$(curl -s $WEFT/v1/sessions ${json} -d '${account}}' | sed 's/.*"accessToken":"\\([^"]*\\).*/\\1/')`,
    `curl -s $WEFT/v1/orders -H "authorization: Bearer $TOKEN" -H 'idempotency-key: first' ${json} -d '${order}'; echo`,
    'curl -s $WEFT/v1/orders -H "authorization: Bearer $TOKEN"; echo',
  ];
}

function addresses(
  named: readonly { readonly name: string; readonly containerPort: number }[],
  local: ReadonlyMap<number, number>,
  isDatabase: boolean,
): string {
  return named
    .map(({ name, containerPort }) => `${isDatabase ? '' : `${name} `}127.0.0.1:${local.get(containerPort)}`)
    .join('  ');
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
