import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { documentedCommands } from './documented-commands.ts';

const PAGE = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const COMMANDS = documentedCommands(PAGE).join('\n');

/** Secrets that the documented commands make: `name/key`. */
function madeSecrets(): readonly string[] {
  return [...COMMANDS.matchAll(/^kubectl create secret (generic|tls) (\S+) -n shop (.*)$/gm)].flatMap(
    ([, type, name, options = '']) =>
      type === 'tls'
        ? [`${name}/tls.crt`, `${name}/tls.key`]
        : [...options.matchAll(/--from-file=([^=\s]+)=\S+/g)].map(([, key]) => `${name}/${key}`),
  );
}

function neededFiles(environment: Parameters<typeof synthesizeShop>[0]): readonly string[] {
  const { certificates, problems } = synthesizeShop(environment);
  expect(problems).toEqual([]);
  return certificates.map((one) => ('secret' in one ? `${one.secret}/${one.key}` : one.configMap));
}

test('the documented command makes the Secret of the CA that production mounts', () => {
  const needed = neededFiles(loadEnvironment('production'));
  expect(needed).toEqual(['postgres-ca/ca.crt']);
  expect(madeSecrets()).toEqual(expect.arrayContaining([...needed]));
});

test('the documented client certificate is one that its setting mounts', () => {
  const production = loadEnvironment('production');
  const { postgres } = production;
  const setting = /clientCertificate: \{ secret: '([^']+)' \}/.exec(PAGE)?.[1] ?? '';
  const tls = { mode: 'verify-full', clientCertificate: { secret: setting } } as const;
  const needed = neededFiles({ ...production, ...(postgres && { postgres: { ...postgres, tls } }) });
  expect(needed).toEqual(expect.arrayContaining(madeSecrets().filter((name) => name.includes('tls.'))));
});

test('the documented setting of Postgres is the one of production', () => {
  const { postgres } = loadEnvironment('production');
  const [, snippet = ''] = /^```ts\npostgres: (\{.*?^\}),\n```$/ms.exec(PAGE) ?? [];
  const json = snippet
    .replaceAll(/(\w+): /g, '"$1": ')
    .replaceAll("'", '"')
    .replaceAll(/,(\s*\})/g, '$1');
  expect(JSON.parse(json)).toEqual(postgres);
});
