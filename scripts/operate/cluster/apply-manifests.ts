import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { listOf } from '../../process/go-json.ts';
import { commandSource } from '../../process/program-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlCommand } from './kubectl.ts';
import { asList, KUBE_OBJECT, type KubeObject, nameOf } from './objects.ts';

/** Names of the objects that an apply created, changed or left unchanged. */
export interface ApplyResult {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Applies objects in the given order with server-side apply, and returns the changes. */
export async function applyObjects(
  objects: readonly KubeObject[],
  options: ProgramOptions = {},
): Promise<ApplyResult> {
  if (objects.length === 0) return { created: [], changed: [], unchanged: [] };
  const input = asList(objects);
  const previous = await runForObjects(['get', '--ignore-not-found', '--filename=-'], { ...options, input });
  const apply = ['apply', '--server-side', '--field-manager=weft', '--force-conflicts', '--filename=-'];
  const current = await runForObjects(apply, { ...options, input });
  const previousByName = new Map(previous.map((object) => [nameOf(object), object]));
  const applied = new Map(objects.map((object) => [nameOf(object), object]));
  const isSame = (now: KubeObject, then: KubeObject) => {
    const own = applied.get(nameOf(now));
    return isDeepStrictEqual(ownPart(now, own), ownPart(then, own));
  };
  const names = (is: (now: KubeObject, then: KubeObject | undefined) => boolean) =>
    current.filter((object) => is(object, previousByName.get(nameOf(object)))).map(nameOf);
  return {
    created: names((_, then) => !then),
    changed: names((now, then) => then !== undefined && !isSame(now, then)),
    unchanged: names((now, then) => then !== undefined && isSame(now, then)),
  };
}

/**
 * Deletes objects of the previous release that the current one does not have. Never deletes a Namespace, because that
 * would delete the volumes in it.
 *
 * @returns names of the deleted objects
 */
export async function pruneObjects(
  previous: readonly KubeObject[],
  current: readonly KubeObject[],
  options: ProgramOptions = {},
): Promise<readonly string[]> {
  const currentNames = new Set(current.map(nameOf));
  const removed = previous.filter(
    (object) => object.kind !== 'Namespace' && !currentNames.has(nameOf(object)),
  );
  if (removed.length === 0) return [];
  const words = ['delete', '--ignore-not-found', '--timeout=2m', '--filename=-'];
  await kubectl(words, { ...options, input: asList(removed) });
  return removed.map(nameOf);
}

/** Objects as kubectl prints them: a single object, or several as a List. */
const OBJECTS = z.union([
  z.object({ kind: z.literal('List'), items: listOf(KUBE_OBJECT) }).transform(({ items }) => items),
  KUBE_OBJECT.transform((object) => [object]),
]);

/** Runs kubectl and returns the printed objects; kubectl prints nothing for missing objects. */
async function runForObjects(
  words: readonly string[],
  options: ProgramOptions,
): Promise<readonly KubeObject[]> {
  const [program, ...args] = kubectlCommand([...words, '--output=json']);
  const text = await kubectl([...words, '--output=json'], options);
  return text.trim() === '' ? [] : readJson(OBJECTS, text, commandSource(program, args));
}

type ObjectWithSpec = KubeObject & {
  readonly spec?: { readonly replicas?: number } | null;
  readonly status?: unknown;
};

/**
 * Returns an object without the fields that the cluster writes: its status, and the replicas if the applied manifest
 * has none. An autoscaler may change these replicas between the two readings.
 */
function ownPart(object: ObjectWithSpec, applied: ObjectWithSpec | undefined): unknown {
  const { metadata, status: _status, spec, ...rest } = object;
  const { replicas, ...others } = spec ?? {};
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([name]) => !name.startsWith('deployment.kubernetes.io/'),
  );
  return {
    ...rest,
    spec: applied?.spec?.replicas === undefined ? others : { replicas, ...others },
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(annotations),
  };
}
