import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { maybe } from '../../process/go-json.ts';

/** A Kubernetes object, as far as it has to be known here; its other fields are kept. */
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

/** An object that makes pods. */
interface Workload extends KubeObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image: string }[] } };
  };
}

/** The objects in the YAML files of a folder, in their order. */
export async function readObjects(folder: string): Promise<readonly KubeObject[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
}

/** References of the images that the pods of some objects run. */
export function imagesOf(objects: readonly KubeObject[]): readonly string[] {
  const containers = objects.flatMap((object) => (object as Workload).spec?.template?.spec?.containers ?? []);
  return [...new Set(containers.map(({ image }) => image))];
}

/** What tells an object from all others in a cluster, for people too: `Deployment shop/order-v1`. */
export function nameOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** Several objects as one text that kubectl reads. */
export function asList(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
