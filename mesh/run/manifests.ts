import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { metadata, type Workload, workload } from './workload.ts';

const service = z.object({
  kind: z.literal('Service'),
  metadata,
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z.array(z.object({ port: z.number(), targetPort: z.union([z.string(), z.number()]).optional() })),
  }),
});
export type ManifestService = z.infer<typeof service>;

const configMap = z.object({
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
});
export type ConfigMap = z.infer<typeof configMap>;

/** The objects that the local run uses. */
export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly services: readonly ManifestService[];
  readonly configMaps: readonly ConfigMap[];
}

const SCHEMAS = { Deployment: workload, StatefulSet: workload, Service: service, ConfigMap: configMap };

/**
 * Reads the YAML files below a folder. Skips objects of other kinds.
 *
 * @throws Error with the file and the object if one is invalid
 */
export async function readManifests(folder: string): Promise<Manifests> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort();
  const objects = await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name);
      return parseAllDocuments(await readFile(path, 'utf8')).flatMap((document) => {
        const [error] = document.errors;
        if (error) throw new Error(`${path}: ${error.message}`);
        return parse(path, document.toJS() as unknown);
      });
    }),
  );
  const all = objects.flat();
  return {
    workloads: all.filter(isWorkload),
    services: all.filter((object) => object.kind === 'Service'),
    configMaps: all.filter((object) => object.kind === 'ConfigMap'),
  };
}

function parse(path: string, object: unknown): readonly (Workload | ManifestService | ConfigMap)[] {
  const { kind } = (object ?? {}) as { readonly kind?: string };
  if (!kind || !isSupported(kind)) return [];
  const parsed = SCHEMAS[kind].safeParse(object);
  if (parsed.success) return [parsed.data];
  const { name } = ((object as { metadata?: { name?: string } }).metadata ?? {}) as { name?: string };
  throw new Error(`${path}: ${kind} ${name ?? 'without a name'}: ${z.prettifyError(parsed.error)}`);
}

function isWorkload(object: { readonly kind: string }): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'StatefulSet';
}

function isSupported(kind: string): kind is keyof typeof SCHEMAS {
  return kind in SCHEMAS;
}
