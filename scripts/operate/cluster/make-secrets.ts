import { z } from 'zod';
import type { SecretKey } from '../../../mesh/graph/secret-key.ts';
import { generateSecret } from '../../../mesh/run/generate-secret.ts';
import { listOf, strings } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { presetPassword } from '../local/seed-accounts.ts';
import { kubectl, kubectlJson, NAMESPACE } from './kubectl.ts';
import { asList } from './objects.ts';

const SECRETS = z.object({
  items: listOf(z.object({ metadata: z.object({ name: z.string() }), data: strings })),
});

/**
 * Creates missing Secrets and missing keys; existing keys keep their values. Values are passed on standard input, as
 * arguments are visible in the process list.
 *
 * @returns the created keys
 */
export async function makeSecrets(
  needed: readonly SecretKey[],
  options: ProgramOptions = {},
): Promise<readonly SecretKey[]> {
  const existing = await readSecrets(options);
  const missing = needed.filter(({ secret, key }) => existing.get(secret)?.[key] === undefined);
  if (missing.length === 0) return [];
  const secrets = [...Map.groupBy(missing, ({ secret }) => secret)].map(([name, keys]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: NAMESPACE },
    data: {
      ...existing.get(name),
      ...Object.fromEntries(
        keys.map(({ key }) => [
          key,
          base64(presetPassword({ secret: name, key }, process.env) || generateSecret(key)),
        ]),
      ),
    },
  }));
  const apply = ['apply', '--server-side', '--field-manager=weft-secrets', '--filename=-'];
  await kubectl(apply, { ...options, input: asList(secrets) });
  return missing;
}

/** Returns the value of a key of a Secret. @throws Error if the key does not exist */
export async function readSecret({ secret, key }: SecretKey, options: ProgramOptions = {}): Promise<string> {
  const value = (await readSecrets(options)).get(secret)?.[key];
  if (value === undefined)
    throw new Error(
      `Secret ${NAMESPACE}/${secret} with key ${key} does not exist; create it with npm run kind:up`,
    );
  return Buffer.from(value, 'base64').toString();
}

async function readSecrets(
  options: ProgramOptions,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const words = ['get', 'secrets', `--namespace=${NAMESPACE}`];
  const { items } = await kubectlJson(SECRETS, words, { ...options, isSecret: true });
  return new Map(items.map(({ metadata, data }) => [metadata.name, data]));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
