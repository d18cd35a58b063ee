import { seedAccounts } from './account.ts';
import type { LocalRun } from './local-run.ts';
import { isPostgres } from './postgres-process.ts';
import { SEED_VARIABLES } from './secrets.ts';

/** What a user is told once all is ready: addresses, the first accounts when they are new, and what to try. */
export async function welcome({ pods, gateway, secrets }: LocalRun, seconds: number): Promise<string> {
  const rows: (readonly [string, string])[] = [
    ['gateway', gateway],
    ['API pages', `${gateway}/docs`],
    ...pods
      .filter((pod) => !pod.container.ports.some(({ name }) => name === 'http'))
      .map((pod) => [pod.name, addresses(pod.container.ports, pod.ports, isPostgres(pod))] as const),
  ];
  const { admin, customer } = await seedAccounts(secrets);
  const isNew = Object.keys(SEED_VARIABLES).some((key) => secrets.made.has(key));
  const accounts = [admin, customer].map(({ email, password }) => [email, password] as const);
  return [
    '',
    `The shop is open after ${seconds.toFixed(1)} s.`,
    '',
    ...table(rows),
    '',
    ...(isNew ? ['Accounts; their passwords are shown this once:', '', ...table(accounts), ''] : []),
    'Look at its products:',
    '',
    `  curl '${gateway}/v1/products?limit=3'`,
    '',
    'Ctrl-C stops everything; the data is found again at the next start.',
    '',
    '',
  ].join('\n');
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
