import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { JsonSchema, Schemas } from '../mesh/check/schema/json-schema.ts';
import { readJson } from '../mesh/run/process/read-json.ts';
import { istioSchemas, kubernetesSchemas } from './generate/imports/from-cluster.ts';
import { ISTIO_KINDS } from './generate/imports/kinds.ts';
import { generateTypes } from './generate/imports/types.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';

const HELP = `npm run imports -- [--from-cluster | --check]

Writes the types in imports/ from the schemas in imports/schemas/.

  --from-cluster  first read the schemas with kubectl and istioctl
  --check         write nothing; exit with code 1 if a file in imports/ is out of date
`;

const SCHEMAS: z.ZodType<Schemas> = z.object({
  source: z.string(),
  kinds: z.record(z.string(), z.string()),
  definitions: z.record(
    z.string(),
    z.custom<JsonSchema>((value) => typeof value === 'object'),
  ),
});

const IMPORTS = new URL('../imports/', import.meta.url);

const values = parseOptions(HELP, {
  'from-cluster': { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
});

await runVerb(async () => {
  if (values['from-cluster']) write(await schemaFiles());
  if (values.check) check(typeFiles());
  else write(typeFiles());
});

async function schemaFiles(): Promise<Record<string, string>> {
  return {
    'schemas/kubernetes.json': `${JSON.stringify(await kubernetesSchemas(), null, 1)}\n`,
    'schemas/istio.json': `${JSON.stringify(await istioSchemas(), null, 1)}\n`,
  };
}

function typeFiles(): Record<string, string> {
  const kubernetes = readSchemas('kubernetes');
  const istio = readSchemas('istio');
  const files: Record<string, string> = {
    'kubernetes.ts': generateTypes(kubernetes, Object.keys(kubernetes.kinds)),
  };
  const groups = new Set(Object.keys(ISTIO_KINDS).map((apiVersion) => apiVersion.split('/')[0]));
  for (const group of groups) {
    const kinds = Object.keys(istio.kinds).filter((key) => key.startsWith(`${group}/`));
    files[`${group}.ts`] = generateTypes(istio, kinds);
  }
  return files;
}

function readSchemas(name: string): Schemas {
  const file = new URL(`schemas/${name}.json`, IMPORTS);
  return readJson(SCHEMAS, readFileSync(file, 'utf8'), { name: `imports/schemas/${name}.json` });
}

function write(files: Readonly<Record<string, string>>): void {
  mkdirSync(new URL('schemas/', IMPORTS), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, IMPORTS), text);
}

function check(files: Readonly<Record<string, string>>): void {
  const outdated = Object.entries(files).filter(([name, text]) => readOrEmpty(name) !== text);
  for (const [name] of outdated) console.error(`imports/${name} is out of date: run npm run imports`);
  if (outdated.length > 0) process.exitCode = 1;
}

function readOrEmpty(name: string): string {
  try {
    return readFileSync(new URL(name, IMPORTS), 'utf8');
  } catch {
    return '';
  }
}
