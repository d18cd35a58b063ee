import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { maybe } from '../../process/go-json.ts';

/** The fields of a Kubernetes object that are read here. Other fields are preserved. */
export const KUBE_OBJECT = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().exactOptional(),
    labels: maybe(z.record(z.string(), z.string())),
    annotations: maybe(z.record(z.string(), z.string())),
  }),
});

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
}

/** An object with a pod template. */
interface Workload extends KubeObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image: string }[] } };
  };
}

/** Reads the objects in the YAML files of a folder, in order of file names. */
export async function readObjects(folder: string): Promise<readonly KubeObject[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
}

/** Returns the image references in the pod templates of objects. */
export function imagesOf(objects: readonly KubeObject[]): readonly string[] {
  const containers = objects.flatMap((object) => (object as Workload).spec?.template?.spec?.containers ?? []);
  return [...new Set(containers.map(({ image }) => image))];
}

/** Returns a readable name that is unique in a cluster, such as `Deployment shop/order-v1`. */
export function nameOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** Serializes objects as a List for kubectl. */
export function asList(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
